import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrencesIn } from '#src/formats/jscalendar/occurrences.ts'
import { applyPatch } from '#src/formats/jscalendar/patch.ts'
import { type TimeZone, toEpoch, utc } from '#src/formats/time-zone/zone.ts'
import { type Busy, busyOrder, type IndexedEvent } from '../mailbox/event-index.ts'
import type { ItemNo } from '../mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '../mailbox/store.ts'
import { indexedEvents } from './calendar-view.ts'
import { busyOf } from './event-entry.ts'
import { calendarObjectOf } from './events.ts'

/** A stretch of time that somebody has something to do in; not cut to the window asked for. */
export type BusyTime = {
  startMs: number
  endMs: number
  busy: Busy
  private: boolean
  /** Only where they may be seen, and never of a private event. */
  details?: BusyDetails
}

export type BusyDetails = {
  /** Null where the event is on another system. */
  item: ItemNo | null
  subject: string
  location: string | null
  isMeeting: boolean
  isRecurring: boolean
  /** An occurrence that was changed. */
  isException: boolean
  isReminderSet: boolean
}

export type BusyQuery = {
  /** Epoch milliseconds; `to` is not in it. */
  from: number
  to: number
  /** Whose clock whole days and floating times are on. */
  zone?: TimeZone
  /** Whether subject and place are asked for, and may be seen (FBI-03). */
  details: boolean
  /** Events that do not count. */
  without?: ReadonlySet<ItemNo>
}

/**
 * When the owner of a mailbox is not free, from its calendar, by start. Times alone come from the index: only series
 * are opened for them. What is free is left out.
 */
export async function busyTimes(
  mailboxes: MailboxReader,
  at: MailboxRef,
  { from, to, zone = utc, details, without }: BusyQuery,
): Promise<BusyTime[]> {
  const calendar = await mailboxes.findFolder(at, { distinguished: 'calendar' })
  if (calendar === undefined) return []
  const found: BusyTime[] = []
  for await (const page of indexedEvents(mailboxes, at, { folder: calendar.no, from, to })) {
    const sealed: IndexedEvent[] = []
    for (const event of page) {
      if (without?.has(event.item)) continue
      if (event.series || (details && !event.private)) sealed.push(event)
      else if (event.busy !== 'free') found.push(plain(event, zone))
    }
    if (sealed.length === 0) continue
    const numbers = sealed.map(({ item }) => item)
    for (const item of await mailboxes.getItems(at, numbers, ['content'])) {
      const object = calendarObjectOf(item)
      if (object !== undefined) found.push(...opened(item.no, object, { from, to, zone, details }))
    }
  }
  return found
    .filter(({ startMs, endMs }) => startMs < to && endMs > from)
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)
}

/** A single event as the index has it. */
function plain({ fromMs, toMs, floating, busy, private: isPrivate }: IndexedEvent, zone: TimeZone): BusyTime {
  const end = toMs ?? fromMs
  return {
    startMs: floating ? toEpoch(zone, fromMs) : fromMs,
    endMs: floating ? toEpoch(zone, end) : end,
    busy,
    private: isPrivate,
  }
}

function* opened(
  item: ItemNo,
  object: CalendarObject,
  { from, to, zone, details }: Required<Omit<BusyQuery, 'without'>>,
): Generator<BusyTime> {
  for (const { recurrenceId, startMs, endMs } of occurrencesIn(object, { from, to }, zone)) {
    const patch = recurrenceId === null ? undefined : object.recurrenceOverrides?.[recurrenceId]
    const event = patch === undefined ? object : applyPatch(object, patch)
    const busy = busyOf(event)
    if (busy === 'free') continue
    const isPrivate = event.privacy === 'private' || event.privacy === 'secret'
    yield {
      startMs,
      endMs,
      busy,
      private: isPrivate,
      ...(details &&
        !isPrivate && {
          details: {
            item,
            subject: event.title ?? '',
            location: Object.values(event.locations ?? {})[0]?.name ?? null,
            isMeeting: Object.keys(event.participants ?? {}).length > 1,
            isRecurring: recurrenceId !== null,
            isException: patch !== undefined,
            isReminderSet: Object.keys(event.alerts ?? {}).length > 0,
          },
        }),
    }
  }
}

/**
 * The most that each stretch of `minutes` is taken, from `from` on by instants: a day on which the clock changes has 23
 * or 25 hours of them (interop 2.4).
 */
export function mergedBusy(
  times: readonly BusyTime[],
  { from, to, minutes }: { from: number; to: number; minutes: number },
): Busy[] {
  const step = minutes * 60_000
  const merged = new Uint8Array(Math.max(0, Math.ceil((to - from) / step)))
  for (const { startMs, endMs, busy } of times) {
    const rank = busyOrder.indexOf(busy)
    const first = Math.max(0, Math.floor((startMs - from) / step))
    const last = Math.min(merged.length, Math.ceil((endMs - from) / step))
    for (let at = first; at < last; at++) if (merged[at]! < rank) merged[at] = rank
  }
  return Array.from(merged, (rank) => busyOrder[rank]!)
}
