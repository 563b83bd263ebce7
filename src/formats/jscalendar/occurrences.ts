import { DAY_MS, formatLocal, parseLocal } from '../recurrence/civil.ts'
import { expandRule, lastOfRule } from '../recurrence/expand.ts'
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

/** An occurrence is found though it was moved by up to this much or lasts so long. */
const DAY_SLACK_MS = 2 * DAY_MS
const OCCURRENCES_AT_MOST = 100_000

/**
 * Occurrences that overlap the window, in order of the series; moved ones after the others. Whole days and floating
 * times are taken in `floating`, the zone of who looks. Costs the window, not the length of the series (unless it has a
 * count).
 */
export function* occurrencesIn(
  object: CalendarObject,
  window: Window,
  floating: TimeZone = utc,
): Generator<Occurrence> {
  if (object.start === undefined) return
  const zone = keptZone(object.timeZone, object.timeZones) ?? floating
  const overlaps = ({ startMs, endMs }: Occurrence): boolean =>
    startMs < window.to && (endMs > window.from || (startMs === endMs && startMs >= window.from))
  if (!repeats(object)) {
    const only = placeOccurrence(object, null, zone, floating)
    if (overlaps(only)) yield only
    return
  }
  const overrides = object.recurrenceOverrides ?? {}
  const longest = lengthMs(object.duration)
  const from = window.from - longest - DAY_SLACK_MS
  let count = 0
  for (const local of seriesFrom(object, from)) {
    if (local > window.to + DAY_SLACK_MS || ++count > OCCURRENCES_AT_MOST) break
    const recurrenceId = formatLocal(local)
    if (overrides[recurrenceId] !== undefined) continue
    const one = placeLocal(local, object.duration, zone, recurrenceId)
    if (overlaps(one)) yield one
  }
  for (const [recurrenceId, patch] of Object.entries(overrides)) {
    if (patch.excluded) continue
    const one = placeOccurrence(patched(object, recurrenceId, patch), recurrenceId, zone, floating)
    if (overlaps(one)) yield one
  }
}

export const repeats = (object: CalendarObject): boolean =>
  object.recurrenceRules !== undefined || object.recurrenceOverrides !== undefined

/** Local starts of a series from `from` on, in order and once each, before overrides; the start itself is one of them. */
export function* seriesFrom(object: CalendarObject, from: number): Generator<number> {
  const start = parseLocal(object.start!)
  const rules = (object.recurrenceRules ?? []).map((rule) => expandRule(start, rule, { from }))
  const excluded = merged(
    (object.excludedRecurrenceRules ?? []).map((rule) => expandRule(start, rule, { from })),
  )
  let out = excluded.next()
  const first = start >= from ? [[start][Symbol.iterator]() as Iterator<number>] : []
  for (const at of merged([...first, ...rules])) {
    while (!out.done && out.value < at) out = excluded.next()
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

function placeOccurrence(
  object: Timed,
  recurrenceId: string | null,
  seriesZone: TimeZone,
  floating: TimeZone,
): Occurrence {
  const zone =
    object.timeZone == null ? floating : (keptZone(object.timeZone, object.timeZones) ?? seriesZone)
  return placeLocal(parseLocal(object.start!), object.duration, zone, recurrenceId)
}

function placeLocal(
  localMs: number,
  duration: string | undefined,
  zone: TimeZone,
  recurrenceId: string | null,
): Occurrence {
  const startMs = toEpoch(zone, localMs)
  const length = parseDuration(duration ?? 'PT0S')
  if (length === undefined) return { recurrenceId, startMs, endMs: startMs }
  // Days are days of the clock, the rest is time that passes (RFC 8984 §1.4.6).
  const endMs =
    length.days > 0 ? toEpoch(zone, localMs + length.days * DAY_MS) + length.ms : startMs + length.ms
  return { recurrenceId, startMs, endMs }
}

function lengthMs(duration: string | undefined): number {
  const length = parseDuration(duration ?? 'PT0S')
  return length === undefined ? 0 : length.days * DAY_MS + length.ms
}

/** Whether the series has an occurrence at that local date-time by its rules. */
export function isOfSeries(object: CalendarObject, recurrenceId: string): boolean {
  const at = parseLocal(recurrenceId)
  for (const local of seriesFrom(object, at)) return local === at
  return false
}

/**
 * The stretch of epoch milliseconds in which all occurrences lie; `to` is null for a series without an end. For an index:
 * costs one walk over a series with a count.
 */
export function extentOf(
  object: CalendarObject,
  floating: TimeZone = utc,
): { from: number; to: number | null } | null {
  if (object.start === undefined) return null
  const zone = keptZone(object.timeZone, object.timeZones) ?? floating
  const only = placeOccurrence(object, null, zone, floating)
  if (!repeats(object)) return { from: only.startMs, to: only.endMs }
  const start = parseLocal(object.start)
  const lasts = (object.recurrenceRules ?? []).map((rule) => lastOfRule(start, rule))
  let from = only.startMs
  let to: number | null = lasts.includes(null)
    ? null
    : placeLocal(Math.max(start, ...(lasts as number[])), object.duration, zone, null).endMs
  for (const [recurrenceId, patch] of Object.entries(object.recurrenceOverrides ?? {})) {
    if (patch.excluded) continue
    const one = placeOccurrence(patched(object, recurrenceId, patch), recurrenceId, zone, floating)
    from = Math.min(from, one.startMs)
    if (to !== null) to = Math.max(to, one.endMs)
  }
  return { from, to }
}
