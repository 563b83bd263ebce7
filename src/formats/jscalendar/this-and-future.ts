/** RANGE=THISANDFUTURE (RFC 5545 §3.2.13): what is said of one occurrence goes for those after it too. JSCalendar has no such thing. */
import { formatLocal, parseLocal } from '../recurrence/civil.ts'
import type { CalendarObject, Patch } from './event.ts'
import { seriesFrom } from './occurrences.ts'

/** As many occurrences are written out; those after them stay as they were. */
const MOST_WRITTEN = 300

/**
 * The series in which every occurrence after `key` that is not changed by itself differs as that one does, by as much time.
 * `key` has its patch already.
 */
export function changedFrom(series: CalendarObject, key: string): CalendarObject {
  const patch = series.recurrenceOverrides?.[key]
  if (patch === undefined) return series
  const overrides: Record<string, Patch> = { ...series.recurrenceOverrides }
  const first = parseLocal(key)
  const moved = typeof patch.start === 'string' ? parseLocal(patch.start) - first : undefined
  let written = 0
  for (const local of seriesFrom(series, first + 1)) {
    if (++written > MOST_WRITTEN) break
    overrides[formatLocal(local)] ??= {
      ...patch,
      ...(moved !== undefined && { start: formatLocal(local + moved) }),
    }
  }
  return { ...series, recurrenceOverrides: overrides }
}

/** The series without the occurrence `key` and all after it. */
export function endedBefore(series: CalendarObject, key: string): CalendarObject {
  const first = parseLocal(key)
  const until = formatLocal(first - 1_000)
  const kept = Object.entries(series.recurrenceOverrides ?? {}).filter(([at]) => parseLocal(at) < first)
  const { recurrenceOverrides: _, ...rest } = series
  return {
    ...rest,
    ...(kept.length > 0 && { recurrenceOverrides: Object.fromEntries(kept) }),
    ...(series.recurrenceRules && {
      recurrenceRules: series.recurrenceRules.map((rule) => {
        if (rule.until !== undefined && rule.until < until) return rule
        const { count, ...endless } = rule
        return count !== undefined && endsBefore(series, rule, first) ? rule : { ...endless, until }
      }),
    }),
  }
}

function endsBefore(
  series: CalendarObject,
  rule: NonNullable<CalendarObject['recurrenceRules']>[number],
  local: number,
): boolean {
  const alone = { ...series, recurrenceRules: [rule] }
  return seriesFrom(alone, local).next().done === true
}
