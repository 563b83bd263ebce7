import { isDeepStrictEqual } from 'node:util'
import type {
  BusyType,
  CalendarObject,
  Participant,
  Patch,
  RawProperty,
} from '#src/formats/jscalendar/event.ts'
import { occurrenceOf, patchBetween } from '#src/formats/jscalendar/patch.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import { isSameTime } from './attendee-copy.ts'
import { attendeesOf, everybodyOf, mailAddressOf } from './people.ts'

/** Somebody as a message names them. */
export type Named = { name: string; address: string }

/** One message of a meeting, to be written: what it says, and to whom. */
export type MeetingNote = {
  method: 'REQUEST' | 'CANCEL' | 'REPLY' | 'COUNTER' | 'DECLINECOUNTER'
  object: CalendarObject
  to: readonly Named[]
}

const busyWords: Record<BusyType, string> = {
  free: 'FREE',
  tentative: 'TENTATIVE',
  busy: 'BUSY',
  outOfOffice: 'OOF',
  workingElsewhere: 'WORKINGELSEWHERE',
}

/** Own notes on an event, which nobody else is told. */
const unsaid = ['keywords', 'color', 'useDefaultAlerts', 'method', 'prodId'] as const

/** DTSTAMP of the next message about an event: never before, nor the same as, that of the last one. Epoch milliseconds. */
export function nextStamp({ updated }: CalendarObject, now: number): number {
  const last = updated === undefined ? 0 : Date.parse(updated)
  return Math.max(Math.floor(now / 1_000) * 1_000, Number.isNaN(last) ? 0 : last + 1_000)
}

export const stampText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** An event as its organizer tells it: ORGANIZER is who the message is from, own notes left out, the busy time as Exchange says it. */
export function toldByOrganizer(event: CalendarObject, organizer: Named, sentBy?: string): CalendarObject {
  const said = withoutNotes(event)
  const intended = event.busyType ?? event.freeBusyStatus ?? 'busy'
  const { recurrenceOverrides, ...rest } = said
  const kind = event.recurrenceId !== undefined ? '2' : event.recurrenceRules === undefined ? '0' : '1'
  const extra: RawProperty[] = [
    ['X-MICROSOFT-CDO-INTENDEDSTATUS', {}, busyWords[intended]],
    ['X-MICROSOFT-CDO-INSTTYPE', {}, kind],
    ...(event.showWithoutTime ? [] : ([['X-MICROSOFT-CDO-ALLDAYEVENT', {}, 'FALSE']] as RawProperty[])),
  ]
  return {
    ...rest,
    busyType: intended === 'free' ? 'free' : 'tentative',
    freeBusyStatus: intended === 'free' ? 'free' : 'busy',
    sequence: event.sequence ?? 0,
    replyTo: { imip: `mailto:${organizer.address}` },
    participants: peopleTold(event.participants, organizer, sentBy),
    ...(recurrenceOverrides && {
      recurrenceOverrides: Object.fromEntries(
        Object.entries(recurrenceOverrides).map(([key, patch]) => [key, patchTold(patch, organizer, sentBy)]),
      ),
    }),
    iCalendar: {
      ...rest.iCalendar,
      properties: [
        ...(rest.iCalendar?.properties ?? []).filter(([name]) => !name.startsWith('X-MICROSOFT-CDO-')),
        ...extra,
      ],
    },
  }
}

function withoutNotes(event: CalendarObject): CalendarObject {
  const made: Record<string, unknown> = { ...event }
  for (const name of unsaid) delete made[name]
  const { description, descriptionContentType, ...rest } = made as CalendarObject
  if (description === undefined || descriptionContentType !== 'text/html') return made as CalendarObject
  const html: RawProperty = [
    'X-ALT-DESC',
    { FMTTYPE: ['text/html'] },
    description.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n'),
  ]
  const properties = [...(rest.iCalendar?.properties ?? []).filter(([name]) => name !== 'X-ALT-DESC'), html]
  return {
    ...rest,
    description: htmlToText(description).trim(),
    iCalendar: { ...rest.iCalendar, properties },
  }
}

function patchTold(patch: Patch, organizer: Named, sentBy?: string): Patch {
  const { keywords, color, useDefaultAlerts, busyType, freeBusyStatus, ...rest } = patch
  if (rest.participants === undefined || rest.participants === null) return rest
  return {
    ...rest,
    participants: peopleTold(rest.participants as CalendarObject['participants'], organizer, sentBy),
  }
}

function peopleTold(
  participants: CalendarObject['participants'] = {},
  organizer: Named,
  sentBy?: string,
): Record<string, Participant> {
  const others = Object.entries(participants).filter(([, { roles }]) => !roles.owner)
  const owner: Participant = {
    name: organizer.name,
    email: organizer.address,
    sendTo: { imip: `mailto:${organizer.address}` },
    roles: { owner: true },
    ...(sentBy !== undefined && { sentBy: `mailto:${sentBy}` }),
  }
  return {
    organizer: owner,
    ...Object.fromEntries(
      others.map(([key, { participationComment, scheduleUpdated, scheduleSequence, ...one }]) => [
        key,
        {
          ...one,
          participationStatus: one.participationStatus ?? 'needs-action',
          expectReply: one.expectReply ?? true,
        },
      ]),
    ),
  }
}

/** What CANCEL says: enough to be shown, and that it does not take place. */
export function cancelledAs(event: CalendarObject, organizer: Named, sentBy?: string): CalendarObject {
  const { alerts, recurrenceRules, excludedRecurrenceRules, recurrenceOverrides, ...rest } = toldByOrganizer(
    event,
    organizer,
    sentBy,
  )
  return {
    ...rest,
    ...(event.recurrenceId === undefined && recurrenceRules !== undefined && { recurrenceRules }),
    status: 'cancelled',
    busyType: 'free',
    freeBusyStatus: 'free',
  }
}

const visible = [
  'title',
  'description',
  'locations',
  'virtualLocations',
  'links',
  'privacy',
  'priority',
  'status',
  'busyType',
  'freeBusyStatus',
  'endTimeZone',
] as const

const isSame = (one: unknown, other: unknown): boolean => isDeepStrictEqual(one ?? null, other ?? null)

const isSamePlace = (one: CalendarObject, other: CalendarObject): boolean =>
  isSame(one.locations, other.locations) && isSame(one.virtualLocations, other.virtualLocations)

/** Whether those invited see a difference, the list of them aside. */
const looksSame = (one: CalendarObject, other: CalendarObject): boolean =>
  isSameTime(one, other) && visible.every((name) => isSame(one[name], other[name]))

/** SEQUENCE after a change: one more when time or place is another (RFC 5546 §2.1.4). */
export const sequenceAfter = (before: CalendarObject, after: CalendarObject): number =>
  (before.sequence ?? 0) + (isSameTime(before, after) && isSamePlace(before, after) ? 0 : 1)

/** Who has answered for the old time has not answered for the new one. */
export function unanswered(event: CalendarObject): CalendarObject {
  const participants = Object.entries(event.participants ?? {}).map(([key, one]): [string, Participant] => {
    if (one.roles.owner) return [key, one]
    const { participationComment, scheduleUpdated, scheduleSequence, ...rest } = one
    return [key, { ...rest, participationStatus: 'needs-action' }]
  })
  return participants.length === 0 ? event : { ...event, participants: Object.fromEntries(participants) }
}

export type MeetingUpdate = {
  /** As the organizer keeps it from now on. */
  event: CalendarObject
  notes: readonly MeetingNote[]
}

export type UpdateOptions = {
  organizer: Named
  sentBy?: string
  now: number /** Only those whom the change concerns. */
  changedOnly: boolean
}

/**
 * What a change of a meeting makes of it, and the messages it needs: the series where the series has changed, else each
 * occurrence that has; CANCEL to whoever is invited no more.
 */
export function planUpdate(
  before: CalendarObject,
  changed: CalendarObject,
  options: UpdateOptions,
): MeetingUpdate {
  const { organizer, sentBy, now, changedOnly } = options
  const moved = !isSameTime(before, changed)
  const updated = stampText(nextStamp(before, now))
  const event = {
    ...(moved ? unanswered(changed) : changed),
    sequence: sequenceAfter(before, changed),
    updated,
  }
  if (!looksSame(before, event) || !samePeople(before, event)) {
    const removed = missing(everybodyOf(before), everybodyOf(event))
    const added = missing(everybodyOf(event), everybodyOf(before))
    const details =
      !looksSame(before, event) || !isSame(before.recurrenceOverrides, event.recurrenceOverrides)
    const to = changedOnly && !details ? added : namedOf(attendeesOf(event))
    const inSeries = new Set(namedOf(attendeesOf(event)).map(({ address }) => address.toLowerCase()))
    return {
      event,
      notes: [
        ...note(
          'REQUEST',
          toldByOrganizer(event, organizer, sentBy),
          to.filter(({ address }) => inSeries.has(address.toLowerCase())),
        ),
        ...note(
          'CANCEL',
          { ...cancelledAs(before, organizer, sentBy), sequence: event.sequence + 1, updated },
          removed,
        ),
        ...guestsOfOccurrences(event, inSeries, organizer, sentBy),
      ],
    }
  }
  return occurrencesUpdate(before, event, options)
}

/** Who is invited to single occurrences only is told of these alone. */
function guestsOfOccurrences(
  event: CalendarObject,
  inSeries: ReadonlySet<string>,
  organizer: Named,
  sentBy?: string,
): MeetingNote[] {
  return Object.entries(event.recurrenceOverrides ?? {}).flatMap(([key, patch]) => {
    if (patch.excluded || patch.participants === undefined) return []
    const occurrence = occurrenceOf(event, key)
    const guests = namedOf(attendeesOf(occurrence)).filter(
      ({ address }) => !inSeries.has(address.toLowerCase()),
    )
    return note('REQUEST', toldByOrganizer(occurrence, organizer, sentBy), guests)
  })
}

function occurrencesUpdate(
  before: CalendarObject,
  event: CalendarObject,
  { organizer, sentBy }: UpdateOptions,
): MeetingUpdate {
  const notes: MeetingNote[] = []
  const overrides: Record<string, Patch> = { ...event.recurrenceOverrides }
  const keys = new Set([...Object.keys(before.recurrenceOverrides ?? {}), ...Object.keys(overrides)])
  for (const key of keys) {
    const [was, is] = [before.recurrenceOverrides?.[key], overrides[key]]
    if (isSame(was, is)) continue
    const old = was?.excluded ? undefined : occurrenceOf(before, key)
    if (is?.excluded) {
      if (old === undefined) continue
      const sequence = (old.sequence ?? 0) + 1
      notes.push(
        ...note(
          'CANCEL',
          { ...cancelledAs(old, organizer, sentBy), sequence, updated: event.updated! },
          namedOf(attendeesOf(old)),
        ),
      )
      continue
    }
    let now = occurrenceOf(event, key)
    if (old !== undefined && looksSame(old, now) && samePeople(old, now)) continue
    const sequence = old === undefined ? (now.sequence ?? 0) + 1 : sequenceAfter(old, now)
    now = { ...(old !== undefined && isSameTime(old, now) ? now : unanswered(now)), sequence }
    overrides[key] = patchBetween(event, now, key)
    const [people, others] = [
      everybodyOf(now),
      old === undefined ? new Map<string, Participant>() : everybodyOf(old),
    ]
    notes.push(...note('REQUEST', toldByOrganizer(now, organizer, sentBy), namedOf([...people.values()])))
    if (old !== undefined)
      notes.push(
        ...note(
          'CANCEL',
          { ...cancelledAs(old, organizer, sentBy), sequence: sequence + 1, updated: event.updated! },
          missing(others, people),
        ),
      )
  }
  const kept = Object.keys(overrides).length > 0 ? { ...event, recurrenceOverrides: overrides } : event
  return { event: kept, notes }
}

export const note = (
  method: MeetingNote['method'],
  object: CalendarObject,
  to: readonly Named[],
): MeetingNote[] => (to.length === 0 ? [] : [{ method, object, to }])

const samePeople = (one: CalendarObject, other: CalendarObject): boolean =>
  isSame([...everybodyInSeries(one)].sort(), [...everybodyInSeries(other)].sort())

const everybodyInSeries = (event: CalendarObject): Set<string> =>
  new Set(namedOf(attendeesOf(event)).map(({ address }) => address.toLowerCase()))

function missing(from: ReadonlyMap<string, Participant>, other: ReadonlyMap<string, Participant>): Named[] {
  return namedOf([...from].flatMap(([key, one]) => (other.has(key) ? [] : [one])))
}

/** Those who can be written to. */
export function namedOf(participants: readonly Participant[]): Named[] {
  return participants.flatMap((one) => {
    const address = mailAddressOf(one)
    const told = one.scheduleAgent === undefined || one.scheduleAgent === 'server'
    return address !== undefined && told ? [{ name: one.name ?? '', address }] : []
  })
}
