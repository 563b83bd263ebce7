import { civilOf, DAY_MS, parseLocal, splitLocal, weekdayOf } from './civil.ts'
import { type DayRule, daysOfMonth, daysOfWeek, daysOfYear, passesDay, readDayRule } from './days.ts'
import type { RecurrenceRule } from './rule.ts'

/** Periods looked at in a row without finding anything, after which a rule is taken to be over. */
const FRUITLESS_PERIODS = 4_000
const LAST_LOCAL_MS = Date.UTC(9999, 11, 31, 23, 59, 59)

const subDailyMs = { hourly: 3_600_000, minutely: 60_000, secondly: 1_000 } as const

/**
 * When a series begins, in local time, ascending (RFC 5545 §3.3.10, RFC 7529). The start is not told unless the rule
 * gives it. With `from`, only what begins then or later: a series without a count then costs nothing for the time before.
 */
export function* expandRule(
  startLocalMs: number,
  rule: RecurrenceRule,
  { from = startLocalMs }: { from?: number } = {},
): Generator<number> {
  const until = Math.min(rule.until === undefined ? LAST_LOCAL_MS : parseLocal(rule.until), LAST_LOCAL_MS)
  const first = rule.count === undefined ? Math.max(from, startLocalMs) : startLocalMs
  let left = rule.count ?? Number.POSITIVE_INFINITY
  for (const found of candidates(startLocalMs, rule, first)) {
    if (found > until || left === 0) return
    if (found < startLocalMs || (left === Number.POSITIVE_INFINITY && found < from)) continue
    left--
    if (found >= from) yield found
  }
}

/** What each period gives, in order; what lies before `from` may be left out. */
function* candidates(start: number, rule: RecurrenceRule, from: number): Generator<number> {
  let fruitless = 0
  for (const period of periods(start, rule, from)) {
    if (period.length > 0) fruitless = 0
    else if (++fruitless > FRUITLESS_PERIODS) return
    yield* period
  }
}

function periods(start: number, rule: RecurrenceRule, from: number): Iterable<readonly number[]> {
  return rule.frequency in subDailyMs ? subDaily(start, rule, from) : daily(start, rule, from)
}

/** Years, months, weeks and days: the days of each period, each with the times of day. */
function* daily(start: number, rule: RecurrenceRule, from: number): Generator<readonly number[]> {
  const days = readDayRule(rule, civilOf(splitLocal(start).day), weekdayOf(splitLocal(start).day))
  const times = timesOfDay(rule, splitLocal(start).ms)
  const positions = rule.bySetPosition
  for (const dates of dayPeriods(start, rule, days, from)) {
    const all: number[] = []
    for (const day of dates) for (const time of times) all.push(day * DAY_MS + time)
    yield positions === undefined ? all : atPositions(all, positions)
  }
}

function* dayPeriods(start: number, rule: RecurrenceRule, days: DayRule, from: number): Generator<number[]> {
  const interval = Math.max(1, rule.interval ?? 1)
  const startDay = splitLocal(start).day
  const fromDay = splitLocal(from).day
  const civil = civilOf(startDay)
  const target = civilOf(fromDay)
  // A period earlier than needed: `skip: forward` reaches into the next one.
  const begin = (distance: number): number => Math.max(0, Math.floor(distance / interval) - 1) * interval
  switch (rule.frequency) {
    case 'yearly':
      for (let year = civil.year + begin(target.year - civil.year); year <= 9999; year += interval)
        yield daysOfYear(days, year)
      return
    case 'monthly': {
      const months = (target.year - civil.year) * 12 + target.month - civil.month
      for (let month = civil.month - 1 + begin(months); ; month += interval) {
        const year = civil.year + Math.floor(month / 12)
        if (year > 9999) return
        yield daysOfMonth(days, year, (month % 12) + 1)
      }
    }
    case 'weekly': {
      const weekStart = startDay - ((weekdayOf(startDay) - days.firstDayOfWeek + 7) % 7)
      const last = splitLocal(LAST_LOCAL_MS).day
      for (let day = weekStart + 7 * begin((fromDay - weekStart) / 7); day <= last; day += 7 * interval)
        yield daysOfWeek(days, day)
      return
    }
    default: {
      const last = splitLocal(LAST_LOCAL_MS).day
      for (let day = startDay + begin(fromDay - startDay); day <= last; day += interval)
        yield passesDay(days, day) ? [day] : []
    }
  }
}

/** Hours, minutes and seconds: a day at a time, so that a day that does not pass costs one look. */
function* subDaily(start: number, rule: RecurrenceRule, from: number): Generator<readonly number[]> {
  const unit = subDailyMs[rule.frequency as keyof typeof subDailyMs]
  const step = unit * Math.max(1, rule.interval ?? 1)
  const days = readDayRule(rule, null, null)
  const phase = begunAt(start, unit)
  const last = splitLocal(LAST_LOCAL_MS).day
  for (let day = splitLocal(Math.max(start, from)).day; day <= last; ) {
    const midnight = day * DAY_MS
    let at = phase + Math.max(0, Math.ceil((midnight - phase) / step)) * step
    const next = splitLocal(at).day
    if (next > day) {
      day = next
      continue
    }
    const found: number[] = []
    if (passesDay(days, day)) {
      while (at < midnight + DAY_MS) {
        const hourEnd = begunAt(at, 3_600_000) + 3_600_000
        const passes = !rule.byHour || rule.byHour.includes(Math.floor(splitLocal(at).ms / 3_600_000))
        if (passes) {
          const within = withinUnit(rule, at, unit, start)
          found.push(...(rule.bySetPosition === undefined ? within : atPositions(within, rule.bySetPosition)))
          at += step
        } else at += Math.ceil((hourEnd - at) / step) * step
      }
    }
    yield found
    day++
  }
}

/** When the hour, minute or second of a moment began, before 1970 too. */
const begunAt = (at: number, unit: number): number => Math.floor(at / unit) * unit

/** The moments of one hour, minute or second that pass; its hour does. */
function withinUnit(rule: RecurrenceRule, at: number, unit: number, start: number): number[] {
  const time = splitLocal(at).ms
  const minute = Math.floor(time / 60_000) % 60
  if (unit < 3_600_000 && rule.byMinute && !rule.byMinute.includes(minute)) return []
  const second = Math.floor(time / 1_000) % 60
  if (unit < 60_000 && rule.bySecond && !rule.bySecond.includes(second)) return []
  const startTime = splitLocal(start).ms
  const ms = startTime % 1_000
  const minutes =
    unit === 3_600_000 ? sorted(rule.byMinute ?? [Math.floor(startTime / 60_000) % 60]) : [minute]
  const seconds = unit >= 60_000 ? sorted(rule.bySecond ?? [Math.floor(startTime / 1_000) % 60]) : [second]
  const hourStart = begunAt(at, 3_600_000)
  return minutes.flatMap((m) => seconds.map((s) => hourStart + m * 60_000 + s * 1_000 + ms))
}

function timesOfDay(rule: RecurrenceRule, startMs: number): readonly number[] {
  const hours = sorted(rule.byHour ?? [Math.floor(startMs / 3_600_000)])
  const minutes = sorted(rule.byMinute ?? [Math.floor(startMs / 60_000) % 60])
  const seconds = sorted(rule.bySecond ?? [Math.floor(startMs / 1_000) % 60])
  return hours.flatMap((hour) =>
    minutes.flatMap((minute) =>
      seconds.map((second) => ((hour * 60 + minute) * 60 + second) * 1_000 + (startMs % 1_000)),
    ),
  )
}

const sorted = (numbers: readonly number[]): number[] => [...new Set(numbers)].sort((a, b) => a - b)

function atPositions(all: readonly number[], positions: readonly number[]): number[] {
  const chosen = positions.map((at) => (at > 0 ? all[at - 1] : all[all.length + at]))
  return sorted(chosen.filter((one) => one !== undefined))
}

/** The last moment at which a bounded series begins; null where it has no end. Costs one walk over a counted series. */
export function lastOfRule(startLocalMs: number, rule: RecurrenceRule): number | null {
  if (rule.count === undefined && rule.until === undefined) return null
  if (rule.count === undefined) return parseLocal(rule.until!)
  let last = startLocalMs
  for (const found of expandRule(startLocalMs, rule)) last = found
  return last
}
