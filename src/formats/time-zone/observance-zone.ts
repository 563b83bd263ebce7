import { parseLocal } from '../recurrence/civil.ts'
import { expandRule } from '../recurrence/expand.ts'
import type { RecurrenceRule } from '../recurrence/rule.ts'
import type { TimeZone } from './zone.ts'

/** From each of its onsets on, clocks have `offsetAfterMs` (RFC 5545 §3.6.5: STANDARD or DAYLIGHT). */
export type Observance = {
  kind: 'standard' | 'daylight'
  name: string | null
  /** Its first onset, in local time with the offset before it. */
  startLocalMs: number
  offsetBeforeMs: number
  offsetAfterMs: number
  rules: readonly RecurrenceRule[]
  /** Further onsets, in local time with the offset before it. */
  dates: readonly number[]
}

type Onset = { at: number; offset: number }

/** Onsets are looked for this far back before the first one counts as the past. */
const LOOK_BACK_YEARS = 3
const YEARS_KEPT = 400
/** By one rule: one a year since the first. */
const ONSETS_AT_MOST = 10_000
/** Rules of a zone; the longest histories have some 150 observances. */
const OBSERVANCES_AT_MOST = 500
const RULES_AT_MOST = 2

/**
 * A zone as its definition says (VTIMEZONE, Outlook's TimeZoneDefinition), whatever it is called. Before its first
 * onset it has the offset that this one leaves.
 */
export function observanceZone(id: string, given: readonly Observance[]): TimeZone {
  const observances = given.slice(0, OBSERVANCES_AT_MOST)
  const years = new Map<number, readonly Onset[]>()
  const earliest = observances.reduce<Observance | null>(
    (first, one) =>
      first === null || one.startLocalMs - one.offsetBeforeMs < first.startLocalMs - first.offsetBeforeMs
        ? one
        : first,
    null,
  )

  const onsetsOf = (year: number): readonly Onset[] => {
    const known = years.get(year)
    if (known !== undefined) return known
    const found = observances
      .flatMap((one) =>
        onsetsIn(one, year).map((local) => ({ at: local - one.offsetBeforeMs, offset: one.offsetAfterMs })),
      )
      .sort((a, b) => a.at - b.at)
    if (years.size >= YEARS_KEPT) years.clear()
    years.set(year, found)
    return found
  }

  const offsetAt = (epochMs: number): number => {
    const year = new Date(epochMs).getUTCFullYear()
    // An onset near New Year may be in another year by UTC.
    for (let back = -1; back <= LOOK_BACK_YEARS; back++) {
      const onsets = onsetsOf(year - back)
      for (let at = onsets.length - 1; at >= 0; at--) if (onsets[at]!.at <= epochMs) return onsets[at]!.offset
    }
    return lastBefore(observances, epochMs) ?? earliest?.offsetBeforeMs ?? 0
  }
  return { id, offsetAt }
}

/** Local onsets within a year of the clock. */
function onsetsIn(one: Observance, year: number): number[] {
  const from = yearStart(year)
  const to = yearStart(year + 1)
  const within = (at: number): boolean => at >= from && at < to
  const found = [one.startLocalMs, ...one.dates].filter(within)
  for (const rule of one.rules.slice(0, RULES_AT_MOST)) {
    for (const at of onsetsBy(rule, one, { from, to })) if (at < to) found.push(at)
  }
  return found
}

/** What held before a long time without onsets, as after the last change of a country's rules. */
function lastBefore(observances: readonly Observance[], epochMs: number): number | undefined {
  let last: Onset | undefined
  for (const one of observances) {
    const locals = [one.startLocalMs, ...one.dates]
    for (const rule of one.rules.slice(0, RULES_AT_MOST)) {
      if (rule.until !== undefined || rule.count !== undefined)
        for (const at of onsetsBy(rule, one)) locals.push(at)
    }
    for (const local of locals) {
      const at = local - one.offsetBeforeMs
      if (at <= epochMs && (last === undefined || at >= last.at)) last = { at, offset: one.offsetAfterMs }
    }
  }
  return last?.offset
}

/** No clock changes by the hour: such a rule gives nothing. */
const bySmallerUnits = new Set<RecurrenceRule['frequency']>(['hourly', 'minutely', 'secondly'])

function* onsetsBy(
  rule: RecurrenceRule,
  one: Observance,
  within: { from?: number; to?: number } = {},
): Generator<number> {
  if (bySmallerUnits.has(rule.frequency)) return
  let count = 0
  for (const at of expandRule(one.startLocalMs, localUntil(rule, one), within)) {
    if (++count > ONSETS_AT_MOST) return
    yield at
  }
}

/** UNTIL of a VTIMEZONE is in UTC (RFC 5545 §3.6.5): `until` here is kept as UTC with a `Z`. */
function localUntil(rule: RecurrenceRule, one: Observance): RecurrenceRule {
  if (!rule.until?.endsWith('Z')) return rule
  const local = parseLocal(rule.until.slice(0, -1)) + one.offsetBeforeMs
  return { ...rule, until: new Date(local).toISOString().slice(0, 19) }
}

function yearStart(year: number): number {
  const start = new Date(0)
  return start.setUTCFullYear(year, 0, 1)
}
