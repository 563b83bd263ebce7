import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { extentOf, repeats } from '#src/formats/jscalendar/occurrences.ts'
import type { Busy, EventEntry } from '../mailbox/event-index.ts'

/** What an event is found by; undefined for a task and for an event without a time. */
export function eventEntryOf(event: CalendarObject): EventEntry | undefined {
  const extent = event['@type'] === 'Event' ? extentOf(event) : null
  if (extent === null || Number.isNaN(extent.from) || Number.isNaN(extent.to)) return undefined
  return {
    uid: event.uid,
    fromMs: extent.from,
    toMs: extent.to,
    busy: busyOf(event),
    series: repeats(event),
    floating: event.timeZone === undefined || event.timeZone === null,
    private: event.privacy === 'private' || event.privacy === 'secret',
  }
}

/** How its time counts: one that was called off keeps nobody busy. */
export function busyOf({ busyType, freeBusyStatus, status }: CalendarObject): Busy {
  if (status === 'cancelled') return 'free'
  return busyType ?? freeBusyStatus ?? 'busy'
}
