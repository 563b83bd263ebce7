/** Patterns of EWS (MS-OXWSCDATA) and recurrence rules of JSCalendar, each in the words of the other. */
import {
  civilOf,
  dayOf,
  formatLocal,
  parseLocal,
  splitLocal,
  weekdayOf,
} from '#src/formats/recurrence/civil.ts'
import type { RecurrenceRule, Weekday } from '#src/formats/recurrence/rule.ts'
import { weekdays } from '#src/formats/recurrence/rule.ts'
import { InvalidValue } from '../invalid-value.ts'
import type {
  DayOfWeekIndexType,
  DayOfWeekType,
  RecurrenceType,
  TaskRecurrenceType,
} from '../schema-types.ts'
import { monthNames } from './time-zones.ts'

/** Days as EWS names them. */
export const dayNames = {
  mo: 'Monday',
  tu: 'Tuesday',
  we: 'Wednesday',
  th: 'Thursday',
  fr: 'Friday',
  sa: 'Saturday',
  su: 'Sunday',
} as const satisfies Record<Weekday, DayOfWeekType>
const workdays = weekdays.slice(0, 5)
const weekend = weekdays.slice(5)
const indexes = ['First', 'Second', 'Third', 'Fourth', 'Last'] as const
type DayName = keyof typeof daysNamed

/** The days that a name stands for. */
export const daysNamed = {
  Monday: ['mo'],
  Tuesday: ['tu'],
  Wednesday: ['we'],
  Thursday: ['th'],
  Friday: ['fr'],
  Saturday: ['sa'],
  Sunday: ['su'],
  Day: weekdays,
  Weekday: workdays,
  WeekendDay: weekend,
} as const satisfies Record<DayOfWeekType, readonly Weekday[]>

/**
 * The rule of a pattern for a series that begins at `start` (local date-time). Refuses ErrorInvalidRecurrence* for numbers
 * that no calendar has, and for a pattern that is none of the calendar (`regenerationOf`).
 */
export function ruleOf(recurrence: RecurrenceType | TaskRecurrenceType, start: string): RecurrenceRule {
  return { ...patternOf(recurrence), ...rangeOf(recurrence, start) }
}

function patternOf(recurrence: RecurrenceType | TaskRecurrenceType): RecurrenceRule {
  const { DailyRecurrence, WeeklyRecurrence, AbsoluteMonthlyRecurrence, RelativeMonthlyRecurrence } =
    recurrence
  if (DailyRecurrence) return { frequency: 'daily', ...interval(DailyRecurrence.Interval, 999) }
  if (WeeklyRecurrence) {
    const days = new Set(WeeklyRecurrence.DaysOfWeek.flatMap((name) => daysNamed[name as DayName]))
    const first = WeeklyRecurrence.FirstDayOfWeek
    return {
      frequency: 'weekly',
      ...interval(WeeklyRecurrence.Interval, 99),
      // Exchange counts weeks from Sunday unless told otherwise.
      firstDayOfWeek: first === undefined ? 'su' : (daysNamed[first as DayName][0] as Weekday),
      byDay: weekdays.filter((day) => days.has(day)).map((day) => ({ day })),
    }
  }
  if (AbsoluteMonthlyRecurrence) {
    const { Interval, DayOfMonth } = AbsoluteMonthlyRecurrence
    return { frequency: 'monthly', ...interval(Interval, 99), ...dayOfMonth(DayOfMonth) }
  }
  if (RelativeMonthlyRecurrence) {
    const { Interval, DaysOfWeek, DayOfWeekIndex } = RelativeMonthlyRecurrence
    return { frequency: 'monthly', ...interval(Interval, 99), ...nthDay(DaysOfWeek, DayOfWeekIndex) }
  }
  if (recurrence.AbsoluteYearlyRecurrence) {
    const { DayOfMonth, Month } = recurrence.AbsoluteYearlyRecurrence
    return { frequency: 'yearly', byMonth: [monthNumber(Month)], ...dayOfMonth(DayOfMonth) }
  }
  if (recurrence.RelativeYearlyRecurrence) {
    const { DaysOfWeek, DayOfWeekIndex, Month } = recurrence.RelativeYearlyRecurrence
    return { frequency: 'yearly', byMonth: [monthNumber(Month)], ...nthDay(DaysOfWeek, DayOfWeekIndex) }
  }
  throw new InvalidValue('ErrorInvalidRequest', 'Only tasks are made anew when they are done.')
}

const monthNumber = (name: (typeof monthNames)[number]): string => String(monthNames.indexOf(name) + 1)

export function interval(count: number, most: number): { interval?: number } {
  if (!(count >= 1 && count <= most))
    throw new InvalidValue('ErrorCalendarInvalidRecurrence', `An interval is 1 to ${most}.`)
  return count === 1 ? {} : { interval: count }
}

function dayOfMonth(day: number): Pick<RecurrenceRule, 'byMonthDay' | 'skip'> {
  if (!(day >= 1 && day <= 31))
    throw new InvalidValue('ErrorCalendarInvalidRecurrence', 'A day of the month is 1 to 31.')
  // In a month that is shorter Exchange takes its last day.
  return { byMonthDay: [day], ...(day > 28 && { skip: 'backward' as const }) }
}

function nthDay(name: DayOfWeekType, index: DayOfWeekIndexType): Partial<RecurrenceRule> {
  const nth = index === 'Last' ? -1 : indexes.indexOf(index) + 1
  if (name === 'Day') return { byMonthDay: [nth] }
  const days = daysNamed[name]
  if (days.length === 1) return { byDay: [{ day: days[0]!, nthOfPeriod: nth }] }
  return { byDay: days.map((day) => ({ day })), bySetPosition: [nth] }
}

export function rangeOf(
  { EndDateRecurrence, NumberedRecurrence }: RecurrenceType | TaskRecurrenceType,
  start: string,
): Pick<RecurrenceRule, 'until' | 'count'> {
  if (NumberedRecurrence) {
    const count = NumberedRecurrence.NumberOfOccurrences
    if (!(count >= 1 && count <= 999))
      throw new InvalidValue('ErrorCalendarInvalidRecurrence', 'A series has 1 to 999 occurrences.')
    return { count }
  }
  if (!EndDateRecurrence) return {}
  const end = dateOf(EndDateRecurrence.EndDate)
  if (end < start.slice(0, 10))
    throw new InvalidValue('ErrorCalendarEndDateIsEarlierThanStartDate', 'The series ends before it begins.')
  return { until: `${end}T${start.slice(11)}` }
}

/** A day without the zone that may follow it. */
export const dateOf = (text: string): string => text.trim().slice(0, 10)

/** What EWS calls a rule of a series that begins at `start`; undefined for one that it has no pattern for that means the same. */
export function showRecurrence(rule: RecurrenceRule, start: string): RecurrenceType | undefined {
  const pattern = showPattern(rule, start)
  return pattern && (withRange(pattern, rule, start) as RecurrenceType)
}

/** A pattern with how long it goes on. */
export function withRange(
  pattern: object,
  rule: Pick<RecurrenceRule, 'count' | 'until'>,
  start: string,
): object {
  const StartDate = start.slice(0, 10)
  if (rule.count !== undefined)
    return { ...pattern, NumberedRecurrence: { StartDate, NumberOfOccurrences: rule.count } }
  if (rule.until !== undefined)
    return { ...pattern, EndDateRecurrence: { StartDate, EndDate: lastDay(rule.until, start) } }
  return { ...pattern, NoEndRecurrence: { StartDate } }
}

/** The last day on which there may be an occurrence: Exchange counts that day's whatever the time. */
const lastDay = (until: string, start: string): string =>
  until.slice(11) >= start.slice(11)
    ? until.slice(0, 10)
    : formatLocal(parseLocal(`${until.slice(0, 10)}T00:00:00`) - 86_400_000).slice(0, 10)

function showPattern(rule: RecurrenceRule, start: string): object | undefined {
  const { frequency, byDay = [], byMonthDay = [], byMonth = [], bySetPosition, byYearDay, byWeekNo } = rule
  if (byYearDay || byWeekNo || rule.byHour || rule.byMinute || rule.bySecond) return undefined
  const Interval = rule.interval ?? 1
  const { day: dayNumber } = splitLocal(parseLocal(start))
  const { month, day } = civilOf(dayNumber)
  const startDay = weekdays[weekdayOf(dayNumber)]!
  const nth = nthOf(rule)
  switch (frequency) {
    case 'daily': {
      if (byMonthDay.length > 0 || byMonth.length > 0) return undefined
      if (byDay.length === 0) return { DailyRecurrence: { Interval } }
      if (Interval !== 1 || byDay.some(({ nthOfPeriod }) => nthOfPeriod !== undefined)) return undefined
      return { WeeklyRecurrence: { Interval: 1, DaysOfWeek: byDay.map((one) => dayNames[one.day]) } }
    }
    case 'weekly': {
      if (byMonth.length > 0 || bySetPosition) return undefined
      const days = byDay.length === 0 ? [startDay] : byDay.map((one) => one.day)
      return {
        WeeklyRecurrence: {
          Interval,
          DaysOfWeek: days.map((one) => dayNames[one]),
          FirstDayOfWeek: dayNames[rule.firstDayOfWeek ?? 'mo'],
        },
      }
    }
    case 'monthly': {
      if (byMonth.length > 0) return undefined
      if (nth) return { RelativeMonthlyRecurrence: { Interval, ...nth } }
      if (byDay.length > 0 || byMonthDay.length > 1) return undefined
      const DayOfMonth = byMonthDay[0] ?? day
      return isSkipped(rule, DayOfMonth, 28)
        ? undefined
        : { AbsoluteMonthlyRecurrence: { Interval, DayOfMonth } }
    }
    case 'yearly': {
      if (Interval !== 1 || byMonth.length > 1) return undefined
      const Month = monthNames[Number(byMonth[0] ?? month) - 1]
      if (Month === undefined) return undefined
      // Without a month the nth day is one of the year, for which there is no pattern.
      if (nth) return byMonth.length === 0 ? undefined : { RelativeYearlyRecurrence: { ...nth, Month } }
      if (byDay.length > 0 || byMonthDay.length > 1) return undefined
      const DayOfMonth = byMonthDay[0] ?? day
      const isShort = isSkipped(rule, DayOfMonth, shortest[Number(byMonth[0] ?? month) - 1]!)
      return isShort ? undefined : { AbsoluteYearlyRecurrence: { DayOfMonth, Month } }
    }
    default:
      return undefined
  }
}

/** Days of each month in its shortest year. */
const shortest = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether there are months without this day that the rule leaves out: Exchange takes their last day. Days from the end are none of its. */
const isSkipped = ({ skip }: RecurrenceRule, day: number, always: number): boolean =>
  day < 1 || (day > always && skip !== 'backward')

function nthOf({
  byDay = [],
  byMonthDay = [],
  bySetPosition,
}: RecurrenceRule): { DaysOfWeek: DayOfWeekType; DayOfWeekIndex: DayOfWeekIndexType } | undefined {
  const named = (DaysOfWeek: DayOfWeekType, nth: number) => {
    const DayOfWeekIndex = nth === -1 ? 'Last' : nth >= 1 && nth <= 4 ? indexes[nth - 1] : undefined
    return DayOfWeekIndex && { DaysOfWeek, DayOfWeekIndex }
  }
  if (byDay.length === 0)
    return byMonthDay.length === 1 && byMonthDay[0] === -1 ? named('Day', -1) : undefined
  if (byMonthDay.length > 0) return undefined
  const [one] = byDay
  const set = bySetPosition?.length === 1 ? bySetPosition[0]! : undefined
  if (byDay.length === 1) {
    const nth = one!.nthOfPeriod ?? set
    return nth === undefined ? undefined : named(dayNames[one!.day], nth)
  }
  if (set === undefined || byDay.some(({ nthOfPeriod }) => nthOfPeriod !== undefined)) return undefined
  const days = new Set(byDay.map(({ day }) => day))
  const group = (['Weekday', 'WeekendDay', 'Day'] as const).find(
    (name) =>
      daysNamed[name].length === days.size && daysNamed[name].every((day) => days.has(day as Weekday)),
  )
  return group && named(group, set)
}

/** Midnight of a date as local date-time. */
export const midnightOf = (date: string): string => {
  const [year, month, day] = dateOf(date).split('-').map(Number) as [number, number, number]
  return formatLocal(dayOf(year, month, day) * 86_400_000)
}
