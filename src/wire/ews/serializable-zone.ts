/** A zone as GetUserAvailability tells it (SerializableTimeZone): a bias, and when clocks change in every year. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { YearlyChange, ZoneYear } from '#src/formats/time-zone/yearly-change.ts'
import type { DayOfWeekType, SerializableTimeZone, SerializableTimeZoneTime } from './schema-types.ts'

const MINUTE_MS = 60_000
const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

/** In a zone that never changes both biases are 0, and the dates mean nothing; Exchange wants them all the same. */
const never = {
  standard: { month: 11, week: 1, weekday: 6, timeMs: 2 * 3_600_000 },
  daylight: { month: 3, week: 2, weekday: 6, timeMs: 2 * 3_600_000 },
}

/** `Bias` is what makes UTC of local time, so Berlin has -60. */
export function formatSerializableZone({ standardOffsetMs, daylight }: ZoneYear): SerializableTimeZone {
  const bias = -standardOffsetMs / MINUTE_MS
  const saved = daylight === null ? 0 : -(daylight.offsetMs - standardOffsetMs) / MINUTE_MS
  return {
    Bias: Math.round(bias),
    StandardTime: formatChange(daylight?.ends ?? never.standard, 0),
    DaylightTime: formatChange(daylight?.begins ?? never.daylight, Math.round(saved)),
  }
}

const formatChange = (
  { month, week, weekday, timeMs }: YearlyChange,
  bias: number,
): SerializableTimeZoneTime => ({
  Bias: bias,
  Time: new Date(timeMs).toISOString().slice(11, 19),
  DayOrder: week,
  Month: month,
  DayOfWeek: days[weekday]!,
})

/** SyntaxFault for a month, a day or a time that there is not. */
export function parseSerializableZone({ Bias, StandardTime, DaylightTime }: SerializableTimeZone): ZoneYear {
  return zoneOfBiases({
    bias: Bias,
    standard: { bias: StandardTime.Bias, change: () => parseChange(StandardTime) },
    daylight: { bias: DaylightTime.Bias, change: () => parseChange(DaylightTime) },
  })
}

type Biased = { bias: number; change: () => YearlyChange }

/** The same from minutes and changes by other names. The parts' biases are added to the zone's. */
export function zoneOfBiases(given: { bias: number; standard: Biased; daylight: Biased }): ZoneYear {
  // From zero: the negative of 0 is not the same zero.
  const offset = (more: number): number => (0 - given.bias - more) * MINUTE_MS
  const standardOffsetMs = offset(given.standard.bias)
  const daylightOffsetMs = offset(given.daylight.bias)
  if (Math.abs(standardOffsetMs) > 18 * 3_600_000 || Math.abs(daylightOffsetMs) > 18 * 3_600_000)
    throw new SyntaxFault('A zone is more than 18 hours from UTC')
  if (standardOffsetMs === daylightOffsetMs) return { standardOffsetMs, daylight: null }
  const daylight = {
    offsetMs: daylightOffsetMs,
    begins: given.daylight.change(),
    ends: given.standard.change(),
  }
  return { standardOffsetMs, daylight }
}

function parseChange({ Time, DayOrder, Month, DayOfWeek }: SerializableTimeZoneTime): YearlyChange {
  return checkedChange({
    month: Month,
    week: DayOrder,
    weekday: weekdayOf(DayOfWeek),
    timeMs: parseClock(Time),
  })
}

const weekdayOf = (day: DayOfWeekType): number => (days as readonly string[]).indexOf(day)

/** SyntaxFault for what no year has. */
export function checkedChange(change: YearlyChange): YearlyChange {
  const { month, week, weekday } = change
  if (!(month >= 1 && month <= 12 && week >= 1 && week <= 5 && weekday >= 0))
    throw new SyntaxFault('Clocks change on a day that no year has')
  return change
}

/** Milliseconds after midnight of `02:00:00`. SyntaxFault for anything else. */
export function parseClock(time: string): number {
  const found = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?$/.exec(time.trim())
  if (found === null || Number(found[1]) > 23)
    throw new SyntaxFault(`'${time.slice(0, 20)}' is no time of day`)
  return (Number(found[1]) * 3_600 + Number(found[2]) * 60 + Number(found[3])) * 1_000
}
