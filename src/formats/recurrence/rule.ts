export type Weekday = 'mo' | 'tu' | 'we' | 'th' | 'fr' | 'sa' | 'su'
export type Frequency = 'yearly' | 'monthly' | 'weekly' | 'daily' | 'hourly' | 'minutely' | 'secondly'

/** How a series repeats: RecurrenceRule of RFC 8984 §4.3.3, Gregorian only. */
export type RecurrenceRule = {
  frequency: Frequency
  /** Default 1. */
  interval?: number
  /** What becomes of the 31st in a short month (RFC 7529): left out unless told otherwise. */
  skip?: 'omit' | 'backward' | 'forward'
  /** Default `mo`. */
  firstDayOfWeek?: Weekday
  byDay?: readonly { day: Weekday; nthOfPeriod?: number }[]
  byMonthDay?: readonly number[]
  /** Decimal, `1` to `12`. */
  byMonth?: readonly string[]
  byYearDay?: readonly number[]
  byWeekNo?: readonly number[]
  byHour?: readonly number[]
  byMinute?: readonly number[]
  bySecond?: readonly number[]
  bySetPosition?: readonly number[]
  count?: number
  /** Local date-time of the series (`2026-11-21T09:00:00`): the last moment at which one may begin. */
  until?: string
}

export const weekdays: readonly Weekday[] = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su']
