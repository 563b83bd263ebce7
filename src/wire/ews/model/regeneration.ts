/** Tasks that are made anew when they are done (MS-OXWSTASK, RegeneratingPatternBaseType), in the words of the model and back. */
import type { CalendarObject, Regeneration } from '#src/formats/jscalendar/event.ts'
import type { TaskRecurrenceType } from '../schema-types.ts'
import { interval, rangeOf, withRange } from './recurrence.ts'

const patterns = {
  DailyRegeneration: ['daily', 999],
  WeeklyRegeneration: ['weekly', 99],
  MonthlyRegeneration: ['monthly', 99],
  YearlyRegeneration: ['yearly', 99],
} as const satisfies Record<string, readonly [Regeneration['frequency'], most: number]>
const names = Object.keys(patterns) as (keyof typeof patterns)[]

/** Undefined for a pattern of the calendar. Refuses as `ruleOf`. */
export function regenerationOf(recurrence: TaskRecurrenceType, start: string): Regeneration | undefined {
  for (const name of names) {
    const pattern = recurrence[name]
    if (pattern === undefined) continue
    const [frequency, most] = patterns[name]
    const { until, ...range } = rangeOf(recurrence, start)
    return {
      frequency,
      ...interval(pattern.Interval, most),
      ...range,
      ...(until !== undefined && { until: until.slice(0, 10) }),
    }
  }
  return undefined
}

/** The pattern of a task that is made anew; undefined for the others. */
export function showRegeneration({ regenerates, start }: CalendarObject): TaskRecurrenceType | undefined {
  if (regenerates === undefined || start === undefined) return undefined
  const { frequency, interval: Interval = 1, until, count } = regenerates
  const name = names.find((each) => patterns[each][0] === frequency)!
  const range = {
    ...(count !== undefined && { count }),
    ...(until !== undefined && { until: `${until.slice(0, 10)}T23:59:59` }),
  }
  return withRange({ [name]: { Interval } }, range, start) as TaskRecurrenceType
}
