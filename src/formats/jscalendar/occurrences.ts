import { DAY_MS, formatLocal, parseLocal } from '../recurrence/civil.ts'
import { type Effort, seriesEffort } from '../recurrence/effort.ts'
import { expandRule, lastOfRule } from '../recurrence/expand.ts'
import type { RecurrenceRule } from '../recurrence/rule.ts'
import { type TimeZone, toEpoch, utc } from '../time-zone/zone.ts'
import { parseDuration } from './duration.ts'
import type { CalendarObject, Patch } from './event.ts'
import { keptZone } from './kept-zone.ts'

/** One occurrence: its name in the series, and when it takes place in epoch milliseconds. */
export type Occurrence = {
  /** Local date-time at which the series has it; null for an object that does not repeat. */
  recurrenceId: string | null
  startMs: number
  endMs: number
}

/** A window in epoch milliseconds; `to` is not in it. */
export type Window = { from: number; to: number }

/** How far a series is walked; `most`: of occurrences that are as the series has them. */
type Walk = { effort?: Effort; most?: number }

/** An occurrence is found though it was moved by up to this much or lasts so long. */
const DAY_SLACK_MS = 2 * DAY_MS
/** Of a series; each is looked at for each occurrence. RFC 5545 §3.8.5.3 has one. */
const RULES_AT_MOST = 5
/** To find when an occurrence takes place costs as much as so many looks. */
const PLACING_UNITS = 4

/**
 * Occurrences that overlap the window, in order of the series; moved ones after the others. Whole days and floating
 * times are taken in `floating`, the zone of who looks. Costs the window, not the length of the series (unless it has a
 * count), and never more than the effort.
 */
export function* occurrencesIn(
  object: CalendarObject,
  window: Window,
  floating: TimeZone = utc,
  walk?: Walk,
): Generator<Occurrence> {
  for (const { localMs, override, startMs, endMs } of spansIn(object, window, floating, walk)) {
    const recurrenceId = override ?? (localMs === null ? null : formatLocal(localMs))
    yield { recurrenceId, startMs, endMs }
  }
}

/** An occurrence that is not named before somebody asks; `override` names those that differ from the series. */
type Span = {
  /** By the series; null for an object that does not repeat, and for an override. */
  localMs: number | null
  override: string | null
  startMs: number
  endMs: number
}

/** The same occurrences, for who wants their times alone. */
export function* spansIn(
  object: CalendarObject,
  window: Window,
  floating: TimeZone = utc,
  { effort = seriesEffort(), most = Number.POSITIVE_INFINITY }: Walk = {},
): Generator<Span> {
  if (object.start === undefined) return
  const zone = keptZone(object.timeZone, object.timeZones) ?? floating
  const overlaps = ({ startMs, endMs }: Times): boolean =>
    startMs < window.to && (endMs > window.from || (startMs === endMs && startMs >= window.from))
  if (!repeats(object)) {
    const only = placeOccurrence(object, zone, floating)
    if (overlaps(only)) yield { localMs: null, override: null, ...only }
    return
  }
  const overrides = object.recurrenceOverrides
  const length = lengthOf(object.duration)
  const from = window.from - (length.days * DAY_MS + length.ms) - DAY_SLACK_MS
  const to = window.to + DAY_SLACK_MS
  let count = 0
  for (const localMs of seriesFrom(object, from, to, effort)) {
    if (localMs > to) break
    if (overrides !== undefined && overrides[formatLocal(localMs)] !== undefined) continue
    const { startMs, endMs } = placeLocal(localMs, length, zone)
    if (overlaps({ startMs, endMs })) {
      yield { localMs, override: null, startMs, endMs }
      if (++count === most) break
    }
    effort.left -= PLACING_UNITS
    if (effort.left < 0) break
  }
  for (const [override, patch] of Object.entries(overrides ?? {})) {
    if (patch.excluded) continue
    const one = placeOccurrence(patched(object, override, patch), zone, floating)
    if (overlaps(one)) yield { localMs: null, override, ...one }
  }
}

export const repeats = (object: CalendarObject): boolean =>
  object.recurrenceRules !== undefined || object.recurrenceOverrides !== undefined

/**
 * Local starts of a series from `from` on, in order and once each, before overrides; the start itself is one of them. Those after `to`
 * need not be told.
 */
export function* seriesFrom(
  object: CalendarObject,
  from: number,
  to?: number,
  effort: Effort = seriesEffort(),
): Generator<number> {
  const start = parseLocal(object.start!)
  const expanded = (rules: readonly RecurrenceRule[] = []) =>
    rules
      .slice(0, RULES_AT_MOST)
      .map((rule) => expandRule(start, rule, { from, effort, ...(to !== undefined && { to }) }))
  const rules = expanded(object.recurrenceRules)
  const excluded = merged(expanded(object.excludedRecurrenceRules))
  let out = excluded.next()
  const first = start >= from ? [[start][Symbol.iterator]() as Iterator<number>] : []
  for (const at of merged([...first, ...rules])) {
    while (!out.done && out.value < at) out = excluded.next()
    if (effort.left < 0 && at !== start) return
    if (out.done || out.value !== at) yield at
  }
}

/** Ascending sequences as one, without repetition. */
function* merged(sequences: readonly Iterator<number>[]): Generator<number> {
  const heads = sequences.map((one) => one.next())
  let last = Number.NEGATIVE_INFINITY
  for (;;) {
    let least = -1
    for (let at = 0; at < heads.length; at++) {
      const head = heads[at]!
      if (!head.done && (least < 0 || head.value < (heads[least]!.value as number))) least = at
    }
    if (least < 0) return
    const value = heads[least]!.value as number
    heads[least] = sequences[least]!.next()
    if (value > last) yield value
    last = value
  }
}

type Times = { startMs: number; endMs: number }
type Length = { days: number; ms: number }
const NO_LENGTH: Length = { days: 0, ms: 0 }
type Timed = Pick<CalendarObject, 'start' | 'duration' | 'timeZone' | 'timeZones'>

function patched(object: CalendarObject, recurrenceId: string, patch: Patch): Timed {
  const value = <K extends keyof Timed>(name: K): Timed[K] =>
    (name in patch ? (patch[name] ?? undefined) : object[name]) as Timed[K]
  return {
    start: (patch.start as string | undefined) ?? recurrenceId,
    ...(value('duration') !== undefined && { duration: value('duration')! }),
    timeZone: value('timeZone') ?? null,
    timeZones: { ...object.timeZones, ...(patch.timeZones as Timed['timeZones']) },
  }
}

function placeOccurrence(object: Timed, seriesZone: TimeZone, floating: TimeZone): Times {
  const zone =
    object.timeZone == null ? floating : (keptZone(object.timeZone, object.timeZones) ?? seriesZone)
  return placeLocal(parseLocal(object.start!), lengthOf(object.duration), zone)
}

function placeLocal(localMs: number, { days, ms }: Length, zone: TimeZone): Times {
  const startMs = toEpoch(zone, localMs)
  // Days are days of the clock, the rest is time that passes (RFC 8984 §1.4.6).
  return { startMs, endMs: days > 0 ? toEpoch(zone, localMs + days * DAY_MS) + ms : startMs + ms }
}

const lengthOf = (duration: string | undefined): Length => parseDuration(duration ?? 'PT0S') ?? NO_LENGTH

/** Whether the series has an occurrence at that local date-time by its rules. */
export const isOfSeries = (object: CalendarObject, recurrenceId: string): boolean =>
  ofSeries(object, [recurrenceId]).has(recurrenceId)

/** Those local date-times at which the series has an occurrence by its rules: one walk from the first to the last. */
export function ofSeries(object: CalendarObject, recurrenceIds: readonly string[]): Set<string> {
  const sought = new Map(recurrenceIds.map((id) => [parseLocal(id), id]))
  sought.delete(Number.NaN)
  const [first, last] = [Math.min(...sought.keys()), Math.max(...sought.keys())]
  const found = new Set<string>()
  if (sought.size === 0) return found
  for (const local of seriesFrom(object, first, last)) {
    if (local > last) break
    const id = sought.get(local)
    if (id !== undefined) found.add(id)
  }
  return found
}

/**
 * The stretch of epoch milliseconds in which all occurrences lie; `to` is null for a series without an end, or with one too far
 * off to be walked to. For an index: costs one walk over a series with a count.
 */
export function extentOf(
  object: CalendarObject,
  floating: TimeZone = utc,
): { from: number; to: number | null } | null {
  if (object.start === undefined) return null
  const zone = keptZone(object.timeZone, object.timeZones) ?? floating
  const only = placeOccurrence(object, zone, floating)
  if (!repeats(object)) return { from: only.startMs, to: only.endMs }
  const start = parseLocal(object.start)
  const effort = seriesEffort()
  const lasts = (object.recurrenceRules ?? [])
    .slice(0, RULES_AT_MOST)
    .map((rule) => lastOfRule(start, rule, effort))
  let from = only.startMs
  let to: number | null = lasts.includes(null)
    ? null
    : placeLocal(Math.max(start, ...(lasts as number[])), lengthOf(object.duration), zone).endMs
  for (const [recurrenceId, patch] of Object.entries(object.recurrenceOverrides ?? {})) {
    if (patch.excluded) continue
    const one = placeOccurrence(patched(object, recurrenceId, patch), zone, floating)
    from = Math.min(from, one.startMs)
    if (to !== null) to = Math.max(to, one.endMs)
  }
  return { from, to }
}
