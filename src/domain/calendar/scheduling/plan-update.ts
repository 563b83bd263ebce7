import { isDeepStrictEqual } from 'node:util'
import type { CalendarObject, Participant, Patch } from '#src/formats/jscalendar/event.ts'
import { occurrenceOf, patchBetween } from '#src/formats/jscalendar/patch.ts'
import { isSameTime } from './attendee-copy.ts'
import {
  cancelledAs,
  type MeetingNote,
  type Named,
  namedOf,
  nextStamp,
  note,
  stampText,
  toldByOrganizer,
} from './meeting-objects.ts'
import { attendeesOf, everybodyOf } from './people.ts'

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
const sequenceAfter = (before: CalendarObject, after: CalendarObject): number =>
  (before.sequence ?? 0) + (isSameTime(before, after) && isSamePlace(before, after) ? 0 : 1)

/** Who has answered for the old time has not answered for the new one. */
function unanswered(event: CalendarObject): CalendarObject {
  const participants = Object.entries(event.participants ?? {}).map(([key, one]): [string, Participant] => {
    if (one.roles.owner) return [key, one]
    const { participationComment, scheduleUpdated, scheduleSequence, proposed, ...rest } = one
    return [key, { ...rest, participationStatus: 'needs-action' }]
  })
  return participants.length === 0 ? event : { ...event, participants: Object.fromEntries(participants) }
}

type MeetingUpdate = {
  /** As the organizer keeps it from now on. */
  event: CalendarObject
  notes: readonly MeetingNote[]
}

type UpdateOptions = {
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
  const update = occurrencesUpdate(before, event, options)
  // Who sends a meeting that is as it was wants it sent: it was not before, or files were attached to it.
  const asItWas = isSame({ ...before, sequence: event.sequence, updated }, event)
  if (update.notes.length > 0 || changedOnly || !asItWas) return update
  const everybody = namedOf(attendeesOf(event))
  return { ...update, notes: note('REQUEST', toldByOrganizer(event, organizer, sentBy), everybody) }
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

const samePeople = (one: CalendarObject, other: CalendarObject): boolean =>
  isSame([...everybodyInSeries(one)].sort(), [...everybodyInSeries(other)].sort())

const everybodyInSeries = (event: CalendarObject): Set<string> =>
  new Set(namedOf(attendeesOf(event)).map(({ address }) => address.toLowerCase()))

function missing(from: ReadonlyMap<string, Participant>, other: ReadonlyMap<string, Participant>): Named[] {
  return namedOf([...from].flatMap(([key, one]) => (other.has(key) ? [] : [one])))
}
