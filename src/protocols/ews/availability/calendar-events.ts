import type { BusyTime } from '#src/domain/calendar/busy-time.ts'
import type { Busy } from '#src/domain/mailbox/event-index.ts'
import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import { localOf } from '#src/wire/ews/model/time-zones.ts'
import type { CalendarEvent, CalendarEventDetails, LegacyFreeBusyType } from '#src/wire/ews/schema-types.ts'

/** How taken a time is, in the words of EWS. */
export const freeBusyTypeOf = {
  free: 'Free',
  workingElsewhere: 'WorkingElsewhere',
  tentative: 'Tentative',
  busy: 'Busy',
  outOfOffice: 'OOF',
} as const satisfies Record<Busy, LegacyFreeBusyType>

/** Exchange refuses to list more, so that Outlook is used to no more than these (exchange-interop.md 2.2). */
const MOST_EVENTS = 1_000

/** Events as they are, whole, on the clock of whoever asked; very many are told as the stretches they take together. */
export function calendarEvents(
  times: readonly BusyTime[],
  zone: TimeZone,
  detailed: boolean,
): CalendarEvent[] {
  const shown = times.length > MOST_EVENTS ? joined(times) : times
  return shown.map((time) => ({
    StartTime: localOf(time.startMs, zone),
    EndTime: localOf(time.endMs, zone),
    BusyType: freeBusyTypeOf[time.busy],
    ...(detailed && { CalendarEventDetails: detailsOf(time) }),
  }))
}

/** Of what is private only that it is. */
function detailsOf({ details, private: isPrivate }: BusyTime): CalendarEventDetails {
  if (details === undefined || isPrivate)
    return {
      IsMeeting: false,
      IsRecurring: false,
      IsException: false,
      IsReminderSet: false,
      IsPrivate: isPrivate,
    }
  const { subject, location, isMeeting, isRecurring, isException, isReminderSet } = details
  return {
    Subject: subject,
    Location: location ?? undefined,
    IsMeeting: isMeeting,
    IsRecurring: isRecurring,
    IsException: isException,
    IsReminderSet: isReminderSet,
    IsPrivate: false,
  }
}

/** Times of one kind that touch or overlap, as one; `times` by start. */
function joined(times: readonly BusyTime[]): BusyTime[] {
  const found: BusyTime[] = []
  const last = new Map<Busy, BusyTime>()
  for (const { startMs, endMs, busy } of times) {
    const before = last.get(busy)
    if (before !== undefined && startMs <= before.endMs) {
      before.endMs = Math.max(before.endMs, endMs)
      continue
    }
    const time: BusyTime = { startMs, endMs, busy, private: false }
    last.set(busy, time)
    found.push(time)
  }
  return found
}
