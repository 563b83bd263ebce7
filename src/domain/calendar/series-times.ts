import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrencesIn } from '#src/formats/jscalendar/occurrences.ts'
import { applyPatch } from '#src/formats/jscalendar/patch.ts'
import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import type { IndexedEvent } from '../mailbox/event-index.ts'
import type { ItemNo } from '../mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '../mailbox/store.ts'
import type { BusyTime } from './busy-time.ts'
import { busyOf } from './event-entry.ts'

type Window = { from: number; to: number; zone: TimeZone }

/** Times of an event within a window, those that keep nobody busy left out. */
export function* timesOf(
  item: ItemNo,
  object: CalendarObject,
  { from, to, zone, details }: Window & { details: boolean },
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

/** Four weeks: what a scheduling assistant shows, and the next page of it. */
const BLOCK_MS = 28 * 86_400_000
const MOST_SERIES = 50_000
const MOST_BLOCKS = 30
/** A block with more is not worth its room. */
const MOST_TIMES = 200
/** Of a longer window more blocks would be made than it is worth. */
const MOST_BLOCKS_ASKED = 4

/** Times alone, which lie in clear in the index too. `zone`: of floating times; null for others. */
type Remembered = { modseq: number; zone: string | null; blocks: Map<number, readonly BusyTime[]> }

const remembered = new WeakMap<MailboxReader, Map<string, Remembered>>()

/** Times of a series that were made before; undefined where they must be made from the event itself. */
export function rememberedTimes(
  mailboxes: MailboxReader,
  at: MailboxRef,
  event: IndexedEvent,
  window: Window,
): BusyTime[] | undefined {
  const series = remembered.get(mailboxes)?.get(nameOf(at, event))
  if (series === undefined || !isOf(series, event, window)) return undefined
  const first = firstBlock(window)
  const last = lastBlock(window)
  const found: BusyTime[] = []
  for (let block = first; block <= last; block++) {
    const times = series.blocks.get(block)
    if (times === undefined) return undefined
    take(found, times, block, first)
  }
  return found
}

/** Makes the times of a series in a window, and remembers them by blocks. */
export function rememberTimes(
  mailboxes: MailboxReader,
  at: MailboxRef,
  event: IndexedEvent,
  object: CalendarObject,
  window: Window,
): BusyTime[] {
  const [first, last] = [firstBlock(window), lastBlock(window)]
  if (last - first >= MOST_BLOCKS_ASKED)
    return [...timesOf(event.item, object, { ...window, details: false })]
  const series = seriesOf(mailboxes, at, event, window)
  const found: BusyTime[] = []
  for (let block = first; block <= last; block++) {
    const [from, to] = [block * BLOCK_MS, (block + 1) * BLOCK_MS]
    const times = [...timesOf(event.item, object, { from, to, zone: window.zone, details: false })]
    if (series.blocks.size >= MOST_BLOCKS) series.blocks.clear()
    if (times.length <= MOST_TIMES) series.blocks.set(block, times)
    take(found, times, block, first)
  }
  return found
}

function seriesOf(mailboxes: MailboxReader, at: MailboxRef, event: IndexedEvent, window: Window): Remembered {
  const known = remembered.get(mailboxes) ?? new Map<string, Remembered>()
  remembered.set(mailboxes, known)
  const name = nameOf(at, event)
  const before = known.get(name)
  if (before !== undefined && isOf(before, event, window)) return before
  if (known.size >= MOST_SERIES) known.delete(known.keys().next().value!)
  const series = { modseq: event.modseq, zone: event.floating ? window.zone.id : null, blocks: new Map() }
  known.set(name, series)
  return series
}

/** A change gives the event another modseq. */
const isOf = ({ modseq, zone }: Remembered, event: IndexedEvent, window: Window): boolean =>
  modseq === event.modseq && zone === (event.floating ? window.zone.id : null)

const nameOf = ({ mailbox }: MailboxRef, { item }: IndexedEvent): string => `${mailbox} ${item}`
const firstBlock = ({ from }: Window): number => Math.floor(from / BLOCK_MS)
const lastBlock = ({ to }: Window): number => Math.ceil(to / BLOCK_MS) - 1

/** What goes on from one block into the next is in both, and counts in the first. */
function take(into: BusyTime[], times: readonly BusyTime[], block: number, first: number): void {
  for (const time of times) if (block === first || time.startMs >= block * BLOCK_MS) into.push(time)
}
