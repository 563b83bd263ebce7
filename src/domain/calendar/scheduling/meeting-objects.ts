import type {
  BusyType,
  CalendarObject,
  Participant,
  Patch,
  RawProperty,
} from '#src/formats/jscalendar/event.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import { mailAddressOf } from './people.ts'

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
      others.map(([key, { participationComment, scheduleUpdated, scheduleSequence, proposed, ...one }]) => [
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

export const note = (
  method: MeetingNote['method'],
  object: CalendarObject,
  to: readonly Named[],
): MeetingNote[] => (to.length === 0 ? [] : [{ method, object, to }])

/** Those who can be written to. */
export function namedOf(participants: readonly Participant[]): Named[] {
  return participants.flatMap((one) => {
    const address = mailAddressOf(one)
    const told = one.scheduleAgent === undefined || one.scheduleAgent === 'server'
    return address !== undefined && told ? [{ name: one.name ?? '', address }] : []
  })
}
