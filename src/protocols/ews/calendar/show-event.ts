/** An event as a CalendarItem shows it. */

import { busyOf } from '#src/domain/calendar/event-entry.ts'
import {
  addressesOf,
  addressKey,
  attendeesOf,
  findParticipant,
  mailAddressOf,
  organizerOf,
} from '#src/domain/calendar/scheduling/people.ts'
import type { BusyType, CalendarObject, Participant } from '#src/formats/jscalendar/event.ts'
import {
  extentOf,
  type Occurrence,
  occurrencesIn,
  repeats,
  type Window,
} from '#src/formats/jscalendar/occurrences.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import { parseLocal } from '#src/formats/recurrence/civil.ts'
import { type TimeZone, toEpoch } from '#src/formats/time-zone/zone.ts'
import { type AttendeeKind, kindOfAttendee } from '#src/wire/ews/model/attendee-kind.ts'
import { type EventTimes, timesOf, zoneOfEvent } from '#src/wire/ews/model/event-times.ts'
import { formatTime } from '#src/wire/ews/model/time-zones.ts'
import type {
  AttendeeType,
  DeletedOccurrenceInfoType,
  LegacyFreeBusyType,
  OccurrenceInfoType,
  ResponseTypeType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { formatChangeKey, formatItemId } from '../ids.ts'
import type { ItemView } from '../item-view.ts'

const DAY_MS = 86_400_000
/** More than any client shows of the changed and deleted occurrences of a series. */
const MOST_LISTED = 1_000

export function viewTimes(view: ItemView): EventTimes | undefined {
  const { occurrence } = view.options
  const object = view.object ?? view.meeting?.object
  return occurrence?.at ?? (object && timesOf(object, view.call.zone))
}

const busyWords = {
  free: 'Free',
  tentative: 'Tentative',
  busy: 'Busy',
  outOfOffice: 'OOF',
  workingElsewhere: 'WorkingElsewhere',
} as const satisfies Record<BusyType, LegacyFreeBusyType>

export const shownBusy = (event: CalendarObject): LegacyFreeBusyType => busyWords[busyOf(event)]

const responseWords = {
  accepted: 'Accept',
  declined: 'Decline',
  tentative: 'Tentative',
} as const

const shownResponse = ({ participationStatus }: Participant): ResponseTypeType =>
  (participationStatus && responseWords[participationStatus as keyof typeof responseWords]) ??
  'NoResponseReceived'

export function shownPerson(participant: Participant) {
  const address = mailAddressOf(participant)
  const plain = address ?? addressesOf(participant)[0]
  return {
    Mailbox: {
      Name: participant.name || plain || '',
      ...(plain && { EmailAddress: plain, RoutingType: address === undefined ? 'EX' : 'SMTP' }),
      MailboxType: 'OneOff' as const,
    },
  }
}

/** ProposedStart and ProposedEnd came with Exchange 2013; who names no version speaks that of 2007. */
export function knowsProposals({ RequestServerVersion: asked }: EwsCall['headers']): boolean {
  return asked?.Version !== undefined && !/^Exchange20(?:0|10|12)/.test(asked.Version)
}

export function shownAttendees(
  { headers }: Pick<EwsCall, 'headers'>,
  event: CalendarObject,
  kind: AttendeeKind,
): AttendeeType[] | undefined {
  const some = attendeesOf(event).filter((one) => kindOfAttendee(one) === kind)
  if (some.length === 0) return undefined
  return some.map((one) => ({
    ...shownPerson(one),
    ResponseType: shownResponse(one),
    ...(one.scheduleUpdated && { LastResponseTime: one.scheduleUpdated }),
    ...(one.proposed &&
      knowsProposals(headers) && { ProposedStart: one.proposed.start, ProposedEnd: one.proposed.end }),
  }))
}

/** Whether the owner of the mailbox holds the meeting; what invites nobody is its owner's too. */
export function isOrganizer(view: ItemView, event: CalendarObject): boolean {
  const organizer = organizerOf(event)
  if (organizer === undefined) return true
  const own = ownAddresses(view)
  return addressesOf(organizer).some((address) => own.has(address))
}

const ownAddresses = ({ mailbox }: ItemView): ReadonlySet<string> =>
  new Set(mailbox.owner.addresses.map(({ address }) => addressKey(address)))

export function myResponse(view: ItemView, event: CalendarObject): ResponseTypeType {
  if (isOrganizer(view, event)) return 'Organizer'
  const mine = findParticipant(event, ownAddresses(view))
  return mine === undefined ? 'Unknown' : shownResponse(mine[1])
}

export const isMeeting = (event: CalendarObject): boolean => attendeesOf(event).length > 0

/** Whether somebody beside its organizer is in an event that was read with its content. */
export const invites = (content: unknown): boolean =>
  Object.keys((content as { participants?: object } | null)?.participants ?? {}).length > 1

export function locationOf({ locations }: CalendarObject): string | undefined {
  const names = Object.values(locations ?? {}).flatMap(({ name }) => name ?? [])
  return names.length === 0 ? undefined : names.join('; ')
}

type SeriesEnds = { first?: OccurrenceInfoType; last?: OccurrenceInfoType }

const itemIdOf = ({ mailbox, item }: ItemView, recurrenceId: string | null) => ({
  Id: formatItemId(mailbox.at.mailbox, item.no, recurrenceId),
  ChangeKey: formatChangeKey('item', item.modseq),
})

/** The first and the last occurrence of a series; no last one where it does not end. */
export function seriesEnds(view: ItemView, series: CalendarObject): SeriesEnds {
  const { zone } = view.call
  const extent = extentOf(series, zone)
  if (extent === null) return {}
  const shown = (one: {
    recurrenceId: string | null
    startMs: number
    endMs: number
  }): OccurrenceInfoType => ({
    ItemId: itemIdOf(view, one.recurrenceId),
    Start: formatTime(one.startMs),
    End: formatTime(one.endMs),
    OriginalStart: formatTime(originalStart(series, one.recurrenceId, zone) ?? one.startMs),
  })
  let first: OccurrenceInfoType | undefined
  for (const one of occurrencesIn(series, { from: extent.from, to: extent.from + 10 * 366 * DAY_MS }, zone)) {
    first = shown(one)
    break
  }
  if (extent.to === null) return { ...(first && { first }) }
  const last = lastOccurrence(series, { from: extent.from, to: extent.to + 1 }, zone)
  return { ...(first && { first }), ...(last && { last: shown(last) }) }
}

/** The one that begins last. A series often ends long before the day on which its rule does: the stretch that is looked at grows. */
function lastOccurrence(series: CalendarObject, extent: Window, zone: TimeZone): Occurrence | undefined {
  for (let days = 3; ; days *= 8) {
    const from = Math.max(extent.from, extent.to - days * DAY_MS)
    let last: Occurrence | undefined
    for (const one of occurrencesIn(series, { from, to: extent.to }, zone))
      if (last === undefined || one.startMs >= last.startMs) last = one
    if (last !== undefined || from === extent.from) return last
  }
}

/** When the series has an occurrence, whatever became of it. */
export function originalStart(
  series: CalendarObject,
  recurrenceId: string | null,
  fallback: TimeZone,
): number | undefined {
  return recurrenceId === null ? undefined : toEpoch(zoneOfEvent(series, fallback), parseLocal(recurrenceId))
}

export function modifiedOccurrences(
  view: ItemView,
  series: CalendarObject,
): OccurrenceInfoType[] | undefined {
  const { zone } = view.call
  const changed = Object.entries(series.recurrenceOverrides ?? {}).filter(([, patch]) => !patch.excluded)
  const shown = changed.slice(0, MOST_LISTED).flatMap(([recurrenceId]) => {
    const times = timesOf(occurrenceOf(series, recurrenceId), zone)
    if (times === undefined) return []
    return {
      ItemId: itemIdOf(view, recurrenceId),
      Start: formatTime(times.startMs),
      End: formatTime(times.endMs),
      OriginalStart: formatTime(originalStart(series, recurrenceId, zone)!),
    }
  })
  return shown.length === 0 ? undefined : shown
}

export function deletedOccurrences(
  view: ItemView,
  series: CalendarObject,
): DeletedOccurrenceInfoType[] | undefined {
  const gone = Object.entries(series.recurrenceOverrides ?? {}).filter(([, patch]) => patch.excluded)
  const shown = gone
    .slice(0, MOST_LISTED)
    .map(([recurrenceId]) => ({ Start: formatTime(originalStart(series, recurrenceId, view.call.zone)!) }))
  return shown.length === 0 ? undefined : shown
}

type CalendarItemKind = 'Single' | 'Occurrence' | 'Exception' | 'RecurringMaster'

export function calendarItemKind(view: ItemView): CalendarItemKind {
  const { series, object, options } = view
  const recurrenceId = options.occurrence?.at.recurrenceId
  if (series !== undefined && recurrenceId != null) {
    return Object.hasOwn(series.recurrenceOverrides ?? {}, recurrenceId) ? 'Exception' : 'Occurrence'
  }
  const event = object ?? view.meeting?.object
  if (event?.recurrenceId !== undefined) return 'Exception'
  return event !== undefined && repeats(event) ? 'RecurringMaster' : 'Single'
}
