import { type Civil, civilOf, dayOf, daysInMonth, daysInYear, weekdayOf } from './civil.ts'
import { type RecurrenceRule, weekdays } from './rule.ts'

/** The part of a rule that chooses days, as numbers; weekdays 0 (Monday) to 6. */
export type DayRule = {
  firstDayOfWeek: number
  skip: 'omit' | 'backward' | 'forward'
  months: ReadonlySet<number> | null
  monthDays: readonly number[] | null
  yearDays: readonly number[] | null
  weekNumbers: readonly number[] | null
  weekdays: readonly { day: number; nth: number }[] | null
}

/**
 * Reads it. What a rule does not say comes from its start: the month and day of a yearly one, the day of a monthly
 * one, the weekday of a weekly one.
 */
export function readDayRule(rule: RecurrenceRule, start: Civil | null, weekday: number | null): DayRule {
  const days = {
    firstDayOfWeek: weekdays.indexOf(rule.firstDayOfWeek ?? 'mo'),
    skip: rule.skip ?? 'omit',
    months: rule.byMonth ? new Set(rule.byMonth.map(Number)) : null,
    monthDays: rule.byMonthDay ?? null,
    yearDays: rule.byYearDay ?? null,
    weekNumbers: rule.byWeekNo ?? null,
    weekdays:
      rule.byDay?.map(({ day, nthOfPeriod }) => ({ day: weekdays.indexOf(day), nth: nthOfPeriod ?? 0 })) ??
      null,
  }
  if (start === null || days.monthDays || days.yearDays || days.weekdays) return days
  if (rule.frequency === 'weekly' || (rule.frequency === 'yearly' && days.weekNumbers))
    return { ...days, weekdays: [{ day: weekday!, nth: 0 }] }
  if (rule.frequency === 'monthly') return { ...days, monthDays: [start.day] }
  if (rule.frequency === 'yearly')
    return { ...days, monthDays: [start.day], months: days.months ?? new Set([start.month]) }
  return days
}

/** Days of a year, ascending. */
export function daysOfYear(rule: DayRule, year: number): number[] {
  if (
    rule.yearDays === null &&
    rule.weekNumbers === null &&
    (rule.months !== null || (rule.monthDays !== null && !isCounted(rule)))
  ) {
    const found: number[] = []
    for (let month = 1; month <= 12; month++) {
      if (rule.months === null || rule.months.has(month)) found.push(...monthSet(rule, year, month))
    }
    return ascending(found)
  }
  const first = dayOf(year, 1, 1)
  const length = daysInYear(year)
  let days: number[] | null = null
  const both = (more: Iterable<number>): void => {
    const set = new Set(more)
    days = days === null ? [...set] : days.filter((day) => set.has(day))
  }
  if (rule.yearDays) both(rule.yearDays.map((n) => nthDay(first, length, n)).filter((day) => day !== null))
  if (rule.weekNumbers) both(daysOfWeeks(rule, year))
  if (rule.monthDays) {
    const wanted: number[] = []
    for (let month = 1; month <= 12; month++) wanted.push(...monthDaysOf(rule, year, month))
    both(wanted)
  }
  if (rule.weekdays) {
    // With week numbers or year days a weekday only narrows down; else its number counts within the year.
    if (rule.yearDays || rule.weekNumbers) days = (days ?? []).filter((day) => isWeekday(rule, day))
    else both(chosenWeekdays(rule, first, length))
  }
  const chosen: number[] = days ?? []
  return ascending(rule.months ? chosen.filter((day) => rule.months!.has(civilOf(day).month)) : chosen)
}

/** Days of a month, ascending; none where the rule leaves the month out. */
export function daysOfMonth(rule: DayRule, year: number, month: number): number[] {
  if (rule.months && !rule.months.has(month)) return []
  return ascending(monthSet(rule, year, month))
}

/** Days of the week that begins on `first`, ascending. */
export function daysOfWeek(rule: DayRule, first: number): number[] {
  const { weekdays: wanted } = rule
  const begins = weekdayOf(first)
  // Mostly one weekday or five: each is found without looking at all seven.
  const days =
    wanted === null
      ? Array.from({ length: 7 }, (_, at) => first + at)
      : wanted.length === 1
        ? [first + ((wanted[0]!.day - begins + 7) % 7)]
        : ascending(wanted.map(({ day }) => first + ((day - begins + 7) % 7)))
  return rule.months === null ? days : days.filter((day) => inMonth(rule, day))
}

/** Whether a day passes, for series of days and less (RFC 5545 §3.3.10, column "limit"). */
export function passesDay(rule: DayRule, day: number): boolean {
  if (!inMonth(rule, day) || (rule.weekdays && !isWeekday(rule, day))) return false
  const { year, month } = civilOf(day)
  if (rule.yearDays) {
    const first = dayOf(year, 1, 1)
    if (!rule.yearDays.some((n) => nthDay(first, daysInYear(year), n) === day)) return false
  }
  if (!rule.monthDays) return true
  const first = dayOf(year, month, 1)
  return rule.monthDays.some((n) => nthDay(first, daysInMonth(year, month), n) === day)
}

function monthSet(rule: DayRule, year: number, month: number): number[] {
  const first = dayOf(year, month, 1)
  const length = daysInMonth(year, month)
  if (!rule.monthDays) return chosenWeekdays(rule, first, length)
  const days = monthDaysOf(rule, year, month)
  if (!isCounted(rule)) return days.filter((day) => isWeekday(rule, day))
  const weekdays = new Set(chosenWeekdays(rule, first, length))
  return days.filter((day) => weekdays.has(day))
}

/** Whether a weekday is one of so many: `2TU`. */
const isCounted = (rule: DayRule): boolean => rule.weekdays?.some(({ nth }) => nth !== 0) ?? false

const chosenWeekdays = (rule: DayRule, first: number, length: number): number[] =>
  (rule.weekdays ?? []).flatMap(({ day, nth }) => weekdaysWithin(first, length, day, nth))

function monthDaysOf(rule: DayRule, year: number, month: number): number[] {
  const first = dayOf(year, month, 1)
  const length = daysInMonth(year, month)
  const found: number[] = []
  for (const n of rule.monthDays!) {
    const day = nthDay(first, length, n)
    if (day !== null) found.push(day)
    else if (rule.skip === 'backward') found.push(n > 0 ? first + length - 1 : first - 1)
    else if (rule.skip === 'forward') found.push(n > 0 ? first + length : first)
  }
  return found
}

/** Days of a year whose week has a number that is asked for; week 1 is the first with four days of its year. */
function daysOfWeeks(rule: DayRule, year: number): number[] {
  const found: number[] = []
  const end = dayOf(year + 1, 1, 1)
  for (let day = dayOf(year, 1, 1); day < end; day++) {
    // Around New Year a day may be in a week of the year before or after.
    const of = [year + 1, year, year - 1].find((one) => day >= firstWeek(rule, one))!
    const first = firstWeek(rule, of)
    const weeks = Math.round((firstWeek(rule, of + 1) - first) / 7)
    const week = Math.floor((day - first) / 7) + 1
    if (rule.weekNumbers!.some((n) => n === week || n === week - weeks - 1)) found.push(day)
  }
  return found
}

function firstWeek(rule: DayRule, year: number): number {
  const first = dayOf(year, 1, 1)
  const since = (weekdayOf(first) - rule.firstDayOfWeek + 7) % 7
  return since <= 3 ? first - since : first - since + 7
}

const inMonth = (rule: DayRule, day: number): boolean =>
  rule.months === null || rule.months.has(civilOf(day).month)

const isWeekday = (rule: DayRule, day: number): boolean =>
  rule.weekdays === null || rule.weekdays.some((one) => one.day === weekdayOf(day))

/** The nth day of a stretch, from its end where n is negative. */
function nthDay(first: number, length: number, n: number): number | null {
  if (n === 0 || Math.abs(n) > length) return null
  return n > 0 ? first + n - 1 : first + length + n
}

function weekdaysWithin(first: number, length: number, weekday: number, nth: number): number[] {
  const found: number[] = []
  for (let day = first + ((weekday - weekdayOf(first) + 7) % 7); day < first + length; day += 7)
    found.push(day)
  if (nth === 0) return found
  const one = nth > 0 ? found[nth - 1] : found[found.length + nth]
  return one === undefined ? [] : [one]
}

const ascending = (days: readonly number[]): number[] => [...new Set(days)].sort((a, b) => a - b)
