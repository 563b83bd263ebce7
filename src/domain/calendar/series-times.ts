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
const MOST_BLOCKS = 50_000
/** A block with more is not worth its room. */
const MOST_TIMES = 200
/** Of a longer window more blocks would be made than it is worth. */
const MOST_BLOCKS_ASKED = 4

/** Times alone, which lie in clear in the index too: by mailbox, item and modseq, so that a change is another name. */
const remembered = new WeakMap<MailboxReader, Map<string, readonly BusyTime[]>>()

/** Times of a series that were made before; undefined where they must be made from the event itself. */
export function rememberedTimes(
  mailboxes: MailboxReader,
  at: MailboxRef,
  event: IndexedEvent,
  window: Window,
): BusyTime[] | undefined {
  const known = remembered.get(mailboxes)
  const blocks = blocksOf(window)
  if (known === undefined || blocks === undefined) return undefined
  const found: (readonly BusyTime[])[] = []
  for (const block of blocks) {
    const times = known.get(nameOf(at, event, window.zone, block))
    if (times === undefined) return undefined
    found.push(times)
  }
  return joined(found, blocks)
}

/** Makes the times of a series in a window, and remembers them by blocks. */
export function rememberTimes(
  mailboxes: MailboxReader,
  at: MailboxRef,
  event: IndexedEvent,
  object: CalendarObject,
  window: Window,
): BusyTime[] {
  const blocks = blocksOf(window)
  if (blocks === undefined) return [...timesOf(event.item, object, { ...window, details: false })]
  const known = remembered.get(mailboxes) ?? new Map<string, readonly BusyTime[]>()
  remembered.set(mailboxes, known)
  const made = blocks.map((block) => {
    const [from, to] = [block * BLOCK_MS, (block + 1) * BLOCK_MS]
    const times = [...timesOf(event.item, object, { from, to, zone: window.zone, details: false })]
    if (known.size >= MOST_BLOCKS) known.delete(known.keys().next().value!)
    if (times.length <= MOST_TIMES) known.set(nameOf(at, event, window.zone, block), times)
    return times
  })
  return joined(made, blocks)
}

function blocksOf({ from, to }: Window): number[] | undefined {
  const first = Math.floor(from / BLOCK_MS)
  const count = Math.ceil(to / BLOCK_MS) - first
  return count > MOST_BLOCKS_ASKED ? undefined : Array.from({ length: count }, (_, at) => first + at)
}

/** What goes on from one block into the next is in both, and counts in the first. */
function joined(found: readonly (readonly BusyTime[])[], blocks: readonly number[]): BusyTime[] {
  return found.flatMap((times, at) =>
    at === 0 ? times : times.filter(({ startMs }) => startMs >= blocks[at]! * BLOCK_MS),
  )
}

const nameOf = (
  { mailbox }: MailboxRef,
  { item, modseq, floating }: IndexedEvent,
  zone: TimeZone,
  block: number,
): string => `${mailbox} ${item} ${modseq} ${block} ${floating ? zone.id : ''}`
