import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { spansIn } from '#src/formats/jscalendar/occurrences.ts'
import { applyPatch } from '#src/formats/jscalendar/patch.ts'
import type { Effort } from '#src/formats/recurrence/effort.ts'
import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import type { IndexedEvent } from '../mailbox/event-index.ts'
import type { ItemNo } from '../mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '../mailbox/store.ts'
import type { BusyTime } from './busy-time.ts'
import { busyOf } from './event-entry.ts'

type Window = { from: number; to: number; zone: TimeZone; effort: Effort }

/** Times of an event within a window, those that keep nobody busy left out. */
export function* timesOf(
  item: ItemNo,
  object: CalendarObject,
  { from, to, zone, effort, details }: Window & { details: boolean },
): Generator<BusyTime> {
  const usual = takenBy(object)
  for (const { localMs, override, startMs, endMs } of spansIn(object, { from, to }, zone, { effort })) {
    const patch = override === null ? undefined : object.recurrenceOverrides?.[override]
    const event = patch === undefined ? object : applyPatch(object, patch)
    const { busy, private: isPrivate } = patch === undefined ? usual : takenBy(event)
    if (busy === 'free') continue
    const time = { startMs, endMs, busy, private: isPrivate }
    if (!details || isPrivate) yield time
    else
      yield {
        ...time,
        details: {
          item,
          subject: event.title ?? '',
          location: Object.values(event.locations ?? {})[0]?.name ?? null,
          isMeeting: Object.keys(event.participants ?? {}).length > 1,
          isRecurring: localMs !== null || override !== null,
          isException: patch !== undefined,
          isReminderSet: Object.keys(event.alerts ?? {}).length > 0,
        },
      }
  }
}

const takenBy = (event: CalendarObject): Pick<BusyTime, 'busy' | 'private'> => ({
  busy: busyOf(event),
  private: event.privacy === 'private' || event.privacy === 'secret',
})

/** Four weeks: what a scheduling assistant shows, and the next page of it. */
const BLOCK_MS = 28 * 86_400_000
const MOST_BLOCKS = 30
/** A block with more is not worth its room. */
const MOST_TIMES = 200
/** Of a longer window more blocks would be made than it is worth. */
const MOST_BLOCKS_ASKED = 4
/** Of all series together, in octets as near as they can be told. */
const MOST_OCTETS = 64 * 1024 * 1024
const SERIES_OCTETS = 1_500
const OVERRIDE_OCTETS = 300
const BLOCK_OCTETS = 200
const TIME_OCTETS = 72

/**
 * What a series needs to say its times, which lie in clear in the index too, and those that were asked for. `zone`: of floating
 * times; null for others.
 */
type Remembered = {
  modseq: number
  zone: string | null
  rule: CalendarObject
  blocks: Map<number, readonly BusyTime[]>
  octets: number
  kept: boolean
}

class Memory {
  readonly #series = new Map<string, Remembered>()
  #octets = 0

  /** A change gives the event another modseq. */
  find(name: string, event: IndexedEvent, { zone }: Window): Remembered | undefined {
    const series = this.#series.get(name)
    const floats = event.floating ? zone.id : null
    return series?.modseq === event.modseq && series.zone === floats ? series : undefined
  }

  add(name: string, series: Remembered): void {
    this.#forget(name)
    this.#series.set(name, series)
    this.grown(series.octets)
  }

  /** What was remembered longest goes first. */
  grown(octets: number): void {
    this.#octets += octets
    while (this.#octets > MOST_OCTETS && this.#series.size > 1)
      this.#forget(this.#series.keys().next().value!)
  }

  #forget(name: string): void {
    const series = this.#series.get(name)
    if (series === undefined) return
    this.#octets -= series.octets
    series.kept = false
    this.#series.delete(name)
  }
}

const memories = new WeakMap<MailboxReader, Memory>()

function memoryOf(mailboxes: MailboxReader): Memory {
  const memory = memories.get(mailboxes) ?? new Memory()
  memories.set(mailboxes, memory)
  return memory
}

/** Times of a series that was opened before; undefined where it must be opened. */
export function rememberedTimes(
  mailboxes: MailboxReader,
  at: MailboxRef,
  event: IndexedEvent,
  window: Window,
): BusyTime[] | undefined {
  const memory = memories.get(mailboxes)
  const series = memory?.find(nameOf(at, event), event, window)
  return series && timesIn(memory!, series, event.item, window)
}

/** Makes the times of a series in a window, and remembers them by blocks, and how the next ones are made. */
export function rememberTimes(
  mailboxes: MailboxReader,
  at: MailboxRef,
  event: IndexedEvent,
  object: CalendarObject,
  window: Window,
): BusyTime[] {
  const memory = memoryOf(mailboxes)
  const name = nameOf(at, event)
  let series = memory.find(name, event, window)
  if (series === undefined) {
    const overrides = Object.keys(object.recurrenceOverrides ?? {}).length
    series = {
      modseq: event.modseq,
      zone: event.floating ? window.zone.id : null,
      rule: timesAlone(object),
      blocks: new Map(),
      octets: SERIES_OCTETS + overrides * OVERRIDE_OCTETS,
      kept: true,
    }
    memory.add(name, series)
  }
  return timesIn(memory, series, event.item, window)
}

function timesIn(memory: Memory, series: Remembered, item: ItemNo, window: Window): BusyTime[] {
  const first = Math.floor(window.from / BLOCK_MS)
  const last = Math.ceil(window.to / BLOCK_MS) - 1
  if (last - first >= MOST_BLOCKS_ASKED) return [...timesOf(item, series.rule, { ...window, details: false })]
  const found: BusyTime[] = []
  for (let block = first; block <= last; block++)
    take(found, series.blocks.get(block) ?? makeBlock(memory, series, item, block, window), block, first)
  return found
}

function makeBlock(
  memory: Memory,
  series: Remembered,
  item: ItemNo,
  block: number,
  { zone, effort }: Window,
): readonly BusyTime[] {
  const [from, to] = [block * BLOCK_MS, (block + 1) * BLOCK_MS]
  const times = [...timesOf(item, series.rule, { from, to, zone, effort, details: false })]
  // What is cut short has no place beside what may be asked with more effort.
  if (effort.left < 0 || !series.kept || times.length > MOST_TIMES || series.blocks.size >= MOST_BLOCKS)
    return times
  series.blocks.set(block, times)
  const octets = BLOCK_OCTETS + times.length * TIME_OCTETS
  series.octets += octets
  memory.grown(octets)
  return times
}

const timeMembers = [
  'start',
  'duration',
  'timeZone',
  'timeZones',
  'recurrenceRules',
  'excludedRecurrenceRules',
  'status',
  'freeBusyStatus',
  'busyType',
  'privacy',
] as const satisfies readonly (keyof CalendarObject)[]
const isTimeMember = (path: string): boolean =>
  path === 'excluded' || (timeMembers as readonly string[]).includes(path.split('/', 1)[0]!)

/** A series without what people wrote into it. */
function timesAlone(object: CalendarObject): CalendarObject {
  const rule: Record<string, unknown> = { '@type': object['@type'], uid: '' }
  for (const name of timeMembers) if (object[name] !== undefined) rule[name] = object[name]
  if (object.recurrenceOverrides !== undefined)
    rule.recurrenceOverrides = Object.fromEntries(
      Object.entries(object.recurrenceOverrides).map(([id, patch]) => [
        id,
        Object.fromEntries(Object.entries(patch).filter(([path]) => isTimeMember(path))),
      ]),
    )
  return rule as CalendarObject
}

const nameOf = ({ mailbox }: MailboxRef, { item }: IndexedEvent): string => `${mailbox} ${item}`

/** What goes on from one block into the next is in both, and counts in the first. */
function take(into: BusyTime[], times: readonly BusyTime[], block: number, first: number): void {
  for (const time of times) if (block === first || time.startMs >= block * BLOCK_MS) into.push(time)
}
