import { counteredTimesOf, proposedTimesOf } from '#src/domain/calendar/scheduling/counter-times.ts'
import { attendeesOf, organizerOf } from '#src/domain/calendar/scheduling/people.ts'
import { formatDuration } from '#src/formats/jscalendar/duration.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { keptZone } from '#src/formats/jscalendar/kept-zone.ts'
import { repeats } from '#src/formats/jscalendar/occurrences.ts'
import { parseLocal } from '#src/formats/recurrence/civil.ts'
import { toEpoch } from '#src/formats/time-zone/zone.ts'
import { allowsNewTimes, isNotForwarded } from '#src/wire/ews/model/event-fields.ts'
import { zoneOfEvent } from '#src/wire/ews/model/event-times.ts'
import { showRecurrence } from '#src/wire/ews/model/recurrence.ts'
import { formatTime, idOfZone, localOf, shortDefinition } from '#src/wire/ews/model/time-zones.ts'
import {
  calendarItemKind,
  deletedOccurrences,
  isMeeting,
  isOrganizer,
  knowsProposals,
  locationOf,
  modifiedOccurrences,
  myResponse,
  originalStart,
  seriesEnds,
  shownAttendees,
  shownBusy,
  shownPerson,
  viewTimes,
} from '../calendar/show-event.ts'
import type { ItemView } from '../item-view.ts'
import { allByAddressBook, byAddressBook } from '../people/address-book-name.ts'
import type { FieldTable, ItemField } from './field.ts'

type EventField = Omit<ItemField, 'read'> & { read(event: CalendarObject, view: ItemView): unknown }

/** Of events, and of meeting messages about one. */
const ofEvent = ({ read, ...field }: EventField): ItemField => ({
  ...field,
  read: (view) => {
    const event = view.item.class === 'event' ? view.object : view.meeting?.object
    return event && read(event, view)
  },
})

/** Only of the whole series. */
const ofSeries =
  (read: (event: CalendarObject, view: ItemView) => unknown) => (event: CalendarObject, view: ItemView) =>
    view.options.occurrence === undefined && repeats(event) ? read(event, view) : undefined

const isCounter = ({ meeting }: ItemView): boolean => meeting?.kind === 'counter'

// What a counter-proposal is about is when the meeting is; what it asks for are ProposedStart and ProposedEnd.
const start = (_: CalendarObject, view: ItemView) =>
  isCounter(view) ? counteredTimesOf(view.meeting!)?.start : formatTime(viewTimes(view)?.startMs ?? 0)
const end = (_: CalendarObject, view: ItemView) =>
  isCounter(view) ? counteredTimesOf(view.meeting!)?.end : formatTime(viewTimes(view)?.endMs ?? 0)
const year = (event: CalendarObject): number => Number(event.start?.slice(0, 4) ?? 1970)

const zone = (event: CalendarObject, view: ItemView) => {
  const kept = keptZone(event.timeZone, event.timeZones)
  return kept && shortDefinition(kept, year(view.series ?? event))
}

const endZone = (event: CalendarObject, view: ItemView) => {
  const kept = keptZone(event.endTimeZone ?? event.timeZone, event.timeZones)
  return kept && shortDefinition(kept, year(view.series ?? event))
}

const wallClock = (at: 'startMs' | 'endMs') => (event: CalendarObject, view: ItemView) => {
  const times = viewTimes(view)
  return times && localOf(times[at], zoneOfEvent(event, view.call.zone))
}

const recurrenceIdOf = (event: CalendarObject, view: ItemView): number | undefined => {
  const own = keptZone(event.recurrenceIdTimeZone, event.timeZones)
  if (event.recurrenceId !== undefined && own !== undefined)
    return toEpoch(own, parseLocal(event.recurrenceId))
  const id = view.options.occurrence?.at.recurrenceId ?? event.recurrenceId ?? null
  return originalStart(view.series ?? event, id, view.call.zone)
}

const attendees = (
  call: ItemView['call'],
  ...asked: [CalendarObject, Parameters<typeof shownAttendees>[2]]
) => allByAddressBook(call, shownAttendees(call, ...asked))

const fields: Readonly<Record<string, EventField>> = {
  UID: { in: 'AllProperties', read: ({ uid }) => uid },
  RecurrenceId: {
    in: 'AllProperties',
    read: (event, view) => {
      const at = recurrenceIdOf(event, view)
      return at === undefined ? undefined : formatTime(at)
    },
  },
  DateTimeStamp: {
    in: 'AllProperties',
    read: (event, { item }) => event.updated ?? formatTime(item.savedAt),
  },
  Start: { in: 'Default', read: start },
  End: { in: 'Default', read: end },
  OriginalStart: {
    in: 'Default',
    read: (event, view) => {
      const at = recurrenceIdOf(event, view)
      return at === undefined ? undefined : formatTime(at)
    },
  },
  IsAllDayEvent: { in: 'Default', read: ({ showWithoutTime }) => showWithoutTime === true },
  LegacyFreeBusyStatus: { in: 'Default', read: shownBusy },
  Location: { in: 'Default', read: locationOf },
  When: { in: 'AllProperties', read: () => undefined },
  IsMeeting: { in: 'AllProperties', read: isMeeting },
  IsCancelled: { in: 'AllProperties', read: ({ status }) => status === 'cancelled' },
  IsRecurring: {
    in: 'AllProperties',
    read: (event, view) => view.series !== undefined || repeats(event) || event.recurrenceId !== undefined,
  },
  MeetingRequestWasSent: { in: 'AllProperties', read: (event) => isMeeting(event) },
  IsResponseRequested: {
    in: 'AllProperties',
    read: (event) => isMeeting(event) && attendeesOf(event).some(({ expectReply }) => expectReply !== false),
  },
  CalendarItemType: { in: 'Default', read: (_, view) => calendarItemKind(view) },
  MyResponseType: { in: 'Default', read: (event, view) => myResponse(view, event) },
  Organizer: {
    in: 'Default',
    read: (event, { mailbox, call }) => {
      const organizer = organizerOf(event)
      if (organizer !== undefined) return byAddressBook(call, shownPerson(organizer))
      const address = mailbox.owner.addresses.find(({ kind }) => kind === 'primary')?.address
      const named = { Name: mailbox.owner.displayName, RoutingType: 'SMTP', MailboxType: 'Mailbox' as const }
      return address && { Mailbox: { ...named, EmailAddress: address } }
    },
  },
  RequiredAttendees: { in: 'Default', read: (event, { call }) => attendees(call, event, 'required') },
  OptionalAttendees: { in: 'Default', read: (event, { call }) => attendees(call, event, 'optional') },
  Resources: { in: 'Default', read: (event, { call }) => attendees(call, event, 'resource') },
  Duration: {
    in: 'Default',
    read: (_, view) => {
      const times = viewTimes(view)
      return times && formatDuration({ ms: times.endMs - times.startMs })
    },
  },
  TimeZone: { in: 'Default', read: (event, view) => zone(event, view)?.Name },
  AppointmentReplyTime: { in: 'asked', read: () => undefined },
  AppointmentSequenceNumber: { in: 'Default', read: ({ sequence = 0 }) => sequence },
  AppointmentState: {
    in: 'Default',
    // PidLidAppointmentStateFlags: meeting, received, cancelled.
    read: (event, view) =>
      (isMeeting(event) ? 1 : 0) |
      (isOrganizer(view, event) ? 0 : 2) |
      (event.status === 'cancelled' ? 4 : 0),
  },
  Recurrence: {
    in: 'Default',
    read: ofSeries((event) => {
      const [rule, ...others] = event.recurrenceRules ?? []
      // Two rules, or days taken away by rule: no pattern says that.
      if (others.length > 0 || event.excludedRecurrenceRules !== undefined) return undefined
      return rule && event.start && showRecurrence(rule, event.start)
    }),
  },
  FirstOccurrence: { in: 'Default', read: ofSeries((event, view) => seriesEnds(view, event).first) },
  LastOccurrence: { in: 'Default', read: ofSeries((event, view) => seriesEnds(view, event).last) },
  ModifiedOccurrences: { in: 'Default', read: ofSeries((event, view) => modifiedOccurrences(view, event)) },
  DeletedOccurrences: { in: 'Default', read: ofSeries((event, view) => deletedOccurrences(view, event)) },
  MeetingTimeZone: {
    in: 'AllProperties',
    read: (event, view) => {
      const kept = keptZone(event.timeZone, event.timeZones)
      return kept && repeats(view.series ?? event) ? { TimeZoneName: idOfZone(kept) } : undefined
    },
  },
  StartTimeZone: { in: 'Default', read: zone },
  EndTimeZone: { in: 'Default', read: endZone },
  ConferenceType: { in: 'asked', read: () => 0 },
  AllowNewTimeProposal: { in: 'AllProperties', read: allowsNewTimes },
  DoNotForwardMeeting: { in: 'asked', read: isNotForwarded },
  EnhancedLocation: {
    in: 'asked',
    read: (event) => {
      const DisplayName = locationOf(event)
      return DisplayName && { DisplayName }
    },
  },
  IsOnlineMeeting: {
    in: 'AllProperties',
    read: ({ virtualLocations }) => Object.keys(virtualLocations ?? {}).length > 0,
  },
  StartWallClock: { in: 'asked', read: wallClock('startMs') },
  EndWallClock: { in: 'asked', read: wallClock('endMs') },
  StartTimeZoneId: { in: 'asked', read: (event, view) => zone(event, view)?.Id },
  EndTimeZoneId: { in: 'asked', read: (event, view) => endZone(event, view)?.Id },
  IntendedFreeBusyStatus: { in: 'asked', read: shownBusy },
  JoinOnlineMeetingUrl: {
    in: 'asked',
    read: ({ virtualLocations }) => Object.values(virtualLocations ?? {})[0]?.uri,
  },
  IsOrganizer: { in: 'AllProperties', read: (event, view) => isOrganizer(view, event) },
}

/** Properties of events. */
export const calendarFields: FieldTable = Object.fromEntries(
  Object.entries(fields).map(([name, field]) => [name, ofEvent(field)]),
)

const meetingResponses = { accepted: 'Accept', declined: 'Decline', tentative: 'Tentative' } as const

const proposed =
  (at: 'start' | 'end') =>
  ({ call, meeting }: ItemView) =>
    meeting && knowsProposals(call.headers) ? proposedTimesOf(meeting)?.[at] : undefined

/** Properties of meeting messages alone. `AssociatedCalendarItemId` is looked up by `showItem`. */
export const meetingFields: FieldTable = {
  IsDelegated: { in: 'Default', read: ({ meeting }) => meeting && meeting.receivedFor !== undefined },
  IsOutOfDate: { in: 'Default', read: ({ meeting }) => meeting && meeting.outcome === 'outdated' },
  HasBeenProcessed: { in: 'Default', read: ({ meeting }) => meeting && true },
  ResponseType: {
    in: 'Default',
    read: ({ meeting }) =>
      meeting && (meeting.response === undefined ? 'Unknown' : meetingResponses[meeting.response]),
  },
  ProposedStart: { in: 'Default', read: proposed('start') },
  ProposedEnd: { in: 'Default', read: proposed('end') },
  MeetingRequestType: {
    in: 'Default',
    read: ({ meeting }) =>
      meeting && ((meeting.object.sequence ?? 0) > 0 ? 'FullUpdate' : 'NewMeetingRequest'),
  },
}
