import { civilOf, DAY_MS, parseLocal, splitLocal, weekdayOf } from './civil.ts'
import { type DayRule, daysOfMonth, daysOfWeek, daysOfYear, passesDay, readDayRule } from './days.ts'
import { type Effort, seriesEffort } from './effort.ts'
import type { RecurrenceRule } from './rule.ts'

/** Periods looked at in a row without finding anything, after which a rule is taken to be over. */
const FRUITLESS_PERIODS = 4_000
const LAST_LOCAL_MS = Date.UTC(9999, 11, 31, 23, 59, 59)

const subDailyMs = { hourly: 3_600_000, minutely: 60_000, secondly: 1_000 } as const

/**
 * When a series begins, in local time, ascending (RFC 5545 §3.3.10, RFC 7529). The start is not told unless the rule
 * gives it. With `from`, only what begins then or later: the time before costs nothing where the series has no count, or one of
 * days or weeks. Nothing after `to` is looked for, and nothing once the effort is used up.
 */
export function* expandRule(
  startLocalMs: number,
  rule: RecurrenceRule,
  {
    from = startLocalMs,
    to = LAST_LOCAL_MS,
    effort = seriesEffort(),
  }: { from?: number; to?: number; effort?: Effort } = {},
): Generator<number> {
  const until = Math.min(rule.until === undefined ? to : parseLocal(rule.until), to, LAST_LOCAL_MS)
  const passed = rule.count === undefined ? null : passedBefore(startLocalMs, rule, from)
  const first = passed === null ? Math.max(from, startLocalMs) : passed.until
  let left = passed === null ? Number.POSITIVE_INFINITY : rule.count! - passed.count
  if (left <= 0) return
  for (const found of candidates(startLocalMs, rule, { from: first, until, effort })) {
    if (found > until || left === 0) return
    if (found < first) continue
    left--
    if (found >= from) yield found
  }
}

/**
 * How many occurrences of a series lie before `until`, which is not after `from`, where that follows without a walk: every period
 * gives as many. Else none before its start.
 */
function passedBefore(start: number, rule: RecurrenceRule, from: number): { count: number; until: number } {
  const { frequency, byDay, byMonthDay, byMonth, byYearDay, byWeekNo, byHour, byMinute, bySecond } = rule
  const others = [byMonthDay, byMonth, byYearDay, byWeekNo, byHour, byMinute, bySecond, rule.bySetPosition]
  const isWeekly = frequency === 'weekly'
  const isEven = isWeekly || (frequency === 'daily' && byDay === undefined)
  if (!isEven || others.some((part) => part !== undefined)) return { count: 0, until: start }
  const startDay = splitLocal(start).day
  const days = readDayRule(rule, civilOf(startDay), weekdayOf(startDay))
  const begin = isWeekly ? weekOf(days, startDay) : startDay
  const length = (isWeekly ? 7 : 1) * Math.max(1, rule.interval ?? 1)
  const periods = Math.floor((splitLocal(from).day - begin) / length)
  if (periods < 1) return { count: 0, until: start }
  const each = isWeekly ? daysOfWeek(days, begin) : [begin]
  const inFirst = each.filter((day) => day >= startDay).length
  return { count: inFirst + (periods - 1) * each.length, until: (begin + periods * length) * DAY_MS }
}

const weekOf = (days: DayRule, day: number): number => day - ((weekdayOf(day) - days.firstDayOfWeek + 7) % 7)

type Stretch = { from: number; until: number; effort: Effort }

/** What each period gives, in order; what lies outside the stretch may be left out. */
function* candidates(start: number, rule: RecurrenceRule, within: Stretch): Generator<number> {
  let fruitless = 0
  for (const period of periods(start, rule, within)) {
    within.effort.left -= 1 + period.length / 4
    if (period.length > 0) fruitless = 0
    else if (++fruitless > FRUITLESS_PERIODS) return
    yield* period
    if (within.effort.left < 0) return
  }
}

function periods(start: number, rule: RecurrenceRule, within: Stretch): Iterable<readonly number[]> {
  return rule.frequency in subDailyMs ? subDaily(start, rule, within) : daily(start, rule, within)
}

/** Years, months, weeks and days: the days of each period, each with the times of day, of which a rule may have 86,400. */
function* daily(start: number, rule: RecurrenceRule, within: Stretch): Generator<readonly number[]> {
  const days = readDayRule(rule, civilOf(splitLocal(start).day), weekdayOf(splitLocal(start).day))
  const { effort } = within
  effort.left -= (sizeOf(rule.byHour) * sizeOf(rule.byMinute) * sizeOf(rule.bySecond)) / 4
  if (effort.left < 0) return
  const times = timesOfDay(rule, splitLocal(start).ms)
  const positions = rule.bySetPosition
  const fromDay = splitLocal(within.from).day
  for (const dates of dayPeriods(start, rule, days, within)) {
    if (dates.length === 0) yield []
    else if (positions !== undefined)
      yield atPositions(
        dates.length * times.length,
        (at) => dates[Math.floor(at / times.length)]! * DAY_MS + times[at % times.length]!,
        positions,
      )
    else for (const day of dates) if (day >= fromDay) yield times.map((time) => day * DAY_MS + time)
  }
}

function* dayPeriods(
  start: number,
  rule: RecurrenceRule,
  days: DayRule,
  { from, until }: Stretch,
): Generator<number[]> {
  const interval = Math.max(1, rule.interval ?? 1)
  const startDay = splitLocal(start).day
  const fromDay = splitLocal(from).day
  const civil = civilOf(startDay)
  const target = civilOf(fromDay)
  const lastDay = splitLocal(until).day
  const last = civilOf(lastDay)
  // A period earlier and a year later than needed: `skip: forward` reaches into the next one, the first week of a year into the last.
  const begin = (distance: number): number => Math.max(0, Math.floor(distance / interval) - 1) * interval
  switch (rule.frequency) {
    case 'yearly':
      for (let year = civil.year + begin(target.year - civil.year); year <= last.year + 1; year += interval)
        yield daysOfYear(days, year)
      return
    case 'monthly': {
      const months = (target.year - civil.year) * 12 + target.month - civil.month
      for (let month = civil.month - 1 + begin(months); ; month += interval) {
        const year = civil.year + Math.floor(month / 12)
        if (year > last.year) return
        yield daysOfMonth(days, year, (month % 12) + 1)
      }
    }
    case 'weekly': {
      const weekStart = weekOf(days, startDay)
      for (let day = weekStart + 7 * begin((fromDay - weekStart) / 7); day <= lastDay; day += 7 * interval)
        yield daysOfWeek(days, day)
      return
    }
    default: {
      for (let day = startDay + begin(fromDay - startDay); day <= lastDay; day += interval)
        yield passesDay(days, day) ? [day] : []
    }
  }
}

/** Hours, minutes and seconds: a day at a time, so that a day that does not pass costs one look. */
function* subDaily(
  start: number,
  rule: RecurrenceRule,
  { from, until, effort }: Stretch,
): Generator<readonly number[]> {
  const unit = subDailyMs[rule.frequency as keyof typeof subDailyMs]
  const step = unit * Math.max(1, rule.interval ?? 1)
  const days = readDayRule(rule, null, null)
  const phase = begunAt(start, unit)
  const positions = rule.bySetPosition
  const most =
    (unit === subDailyMs.hourly ? sizeOf(rule.byMinute) : 1) *
    (unit === subDailyMs.secondly ? 1 : sizeOf(rule.bySecond))
  if (positions?.every((at) => Math.abs(at) > most)) return
  const last = splitLocal(until).day
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
      while (at < midnight + DAY_MS && effort.left-- > 0) {
        const hourEnd = begunAt(at, 3_600_000) + 3_600_000
        const passes = !rule.byHour || rule.byHour.includes(Math.floor(splitLocal(at).ms / 3_600_000))
        if (passes) {
          const within = withinUnit(rule, at, unit, start)
          effort.left -= within.length
          found.push(
            ...(positions === undefined
              ? within
              : atPositions(within.length, (index) => within[index]!, positions)),
          )
          at += step
        } else at += Math.ceil((hourEnd - at) / step) * step
      }
    }
    yield found
    day++
  }
}

const sizeOf = (numbers: readonly number[] | undefined): number => new Set(numbers ?? [0]).size

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

/** Of `length` moments those at the positions; from the end where they are negative. */
function atPositions(
  length: number,
  momentAt: (index: number) => number,
  positions: readonly number[],
): number[] {
  const indexes = positions.map((at) => (at > 0 ? at - 1 : length + at))
  return sorted(indexes.filter((index) => index >= 0 && index < length).map(momentAt))
}

/**
 * The last moment at which a bounded series begins; null where it has no end. Costs one walk over a counted series, and takes
 * one whose end is too far to walk to as having none.
 */
export function lastOfRule(
  startLocalMs: number,
  rule: RecurrenceRule,
  effort: Effort = seriesEffort(),
): number | null {
  if (rule.count === undefined && rule.until === undefined) return null
  if (rule.count === undefined) return parseLocal(rule.until!)
  let last = startLocalMs
  for (const found of expandRule(startLocalMs, rule, { effort })) last = found
  return effort.left < 0 ? null : last
}
