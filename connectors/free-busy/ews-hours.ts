import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { splitAtMidnight, type WorkingHours, type WorkingPeriod } from '#src/domain/calendar/working-hours.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { ZoneYear } from '#src/formats/time-zone/yearly-change.ts'
import { ianaOfRules } from '#src/formats/time-zone/zone-of-rules.ts'
import { daysNamed } from '#src/wire/ews/model/recurrence.ts'
import type { WorkingHours as WrittenHours } from '#src/wire/ews/schema-types.ts'
import { parseSerializableZone } from '#src/wire/ews/serializable-zone.ts'

/** Null where their zone cannot be told in the year of `at` (epoch milliseconds); periods that make no sense are left out. */
export function ewsHours({ TimeZone, WorkingPeriodArray }: WrittenHours, at: number): WorkingHours | null {
  return hoursOf(
    () => parseSerializableZone(TimeZone),
    WorkingPeriodArray.map(({ DayOfWeek, StartTimeInMinutes, EndTimeInMinutes }) => ({
      days: [...new Set(DayOfWeek.flatMap((day) => daysNamed[day] ?? []))],
      startMinutes: StartTimeInMinutes,
      endMinutes: EndTimeInMinutes,
    })),
    at,
  )
}

/** The same from rules and periods by other names. */
export function hoursOf(
  rules: () => ZoneYear,
  periods: readonly WorkingPeriod[],
  at: number,
): WorkingHours | null {
  try {
    const timeZone = ianaOfRules(rules(), new Date(at).getUTCFullYear())
    return timeZone === undefined ? null : { timeZone, periods: periods.flatMap(sound) }
  } catch (error) {
    if (error instanceof SyntaxFault) return null
    throw error
  }
}

function sound(period: WorkingPeriod): readonly WorkingPeriod[] {
  try {
    return splitAtMidnight(period)
  } catch (error) {
    if (error instanceof Refusal) return []
    throw error
  }
}
