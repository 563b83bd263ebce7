import { Breath } from '#src/base/breath.ts'
import { SharedEffort } from '#src/formats/recurrence/effort.ts'
import { type TimeZone, toEpoch, utc } from '#src/formats/time-zone/zone.ts'
import { busyOrder, type IndexedEvent } from '../mailbox/event-index.ts'
import type { FolderNo, ItemNo } from '../mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '../mailbox/store.ts'
import type { BusyTime } from './busy-time.ts'
import { indexedEvents } from './calendar-view.ts'
import { calendarObjectOf } from './events.ts'
import { rememberedTimes, rememberTimes, timesOf } from './series-times.ts'

type BusyQuery = {
  /** Epoch milliseconds; `to` is not in it. */
  from: number
  to: number
  /** Whose clock whole days and floating times are on. */
  zone?: TimeZone
  /** Whether subject and place are asked for, and may be seen (FBI-03). */
  details: boolean
  /** Events that do not count. */
  without?: ReadonlySet<ItemNo>
  /** The calendar, where it is known already. */
  calendar?: FolderNo
  /** Of a question about many calendars. */
  breath?: Breath
}

/**
 * When the owner of a mailbox is not free, from its calendar, by start. Times alone come from the index: only series
 * are opened for them. What is free is left out.
 */
export async function busyTimes(
  mailboxes: MailboxReader,
  at: MailboxRef,
  { from, to, zone = utc, details, without, calendar, breath = new Breath() }: BusyQuery,
): Promise<BusyTime[]> {
  const folder = calendar ?? (await mailboxes.findFolder(at, { distinguished: 'calendar' }))?.no
  if (folder === undefined) return []
  const found: BusyTime[] = []
  const efforts = new SharedEffort()
  for await (const page of indexedEvents(mailboxes, at, { folder, from, to })) {
    const sealed: IndexedEvent[] = []
    for (const event of page) {
      if (without?.has(event.item)) continue
      if (details && (event.series || !event.private)) sealed.push(event)
      else if (event.series) {
        const known = rememberedTimes(mailboxes, at, event, { from, to, zone, effort: efforts.next() })
        if (known === undefined) sealed.push(event)
        else found.push(...known)
      } else if (event.busy !== 'free') found.push(plain(event, zone))
    }
    if (sealed.length === 0) continue
    await breath.taken()
    const indexed = new Map(sealed.map((event) => [event.item, event]))
    for (const item of await mailboxes.getItems(at, [...indexed.keys()], ['content'])) {
      const object = calendarObjectOf(item)
      if (object === undefined) continue
      await breath.taken()
      const window = { from, to, zone, effort: efforts.next() }
      if (details) found.push(...timesOf(item.no, object, { ...window, details }))
      else {
        const event = indexed.get(item.no)!
        // It was changed since the index was read: as it is now, and not remembered as what it was.
        if (item.modseq !== event.modseq) found.push(...timesOf(item.no, object, { ...window, details }))
        else found.push(...rememberTimes(mailboxes, at, event, object, window))
      }
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

/** How a window is cut into stretches of some minutes. */
export type Stretches = { from: number; to: number; minutes: number }

/**
 * The most that each stretch is taken, by place in `busyOrder`, from `from` on by instants: a day on which the clock changes has
 * 23 or 25 hours of them (interop 2.4).
 */
export function mergedRanks(times: readonly BusyTime[], { from, to, minutes }: Stretches): Uint8Array {
  const step = minutes * 60_000
  const merged = new Uint8Array(Math.max(0, Math.ceil((to - from) / step)))
  for (const { startMs, endMs, busy } of times) {
    const rank = busyOrder.indexOf(busy)
    const first = Math.max(0, Math.floor((startMs - from) / step))
    const last = Math.min(merged.length, Math.ceil((endMs - from) / step))
    for (let at = first; at < last; at++) if (merged[at]! < rank) merged[at] = rank
  }
  return merged
}
