/** RANGE=THISANDFUTURE (RFC 5545 §3.2.13): what is said of one occurrence goes for those after it too. JSCalendar has no such thing. */
import { formatLocal, parseLocal } from '../recurrence/civil.ts'
import type { CalendarObject, Patch } from './event.ts'
import { seriesFrom } from './occurrences.ts'

/** As many occurrences are written out after each; those after them stay as they were. */
const MOST_WRITTEN = 300
/**
 * Whoever writes a calendar does not say how much work it is to read: occurrences looked at, changed ones of the series, and
 * characters written out, in all.
 */
const MOST_WALKED = 5_000
const MOST_CHANGED = 1_000
const MOST_CHARACTERS = 8 * 1024 * 1024

/**
 * The series in which every occurrence that comes after one of `keys`, and is not changed by itself, differs as the last of them
 * before it does, by as much time. The keys have their patches already.
 */
export function changedFrom(series: CalendarObject, keys: readonly string[]): CalendarObject {
  const overrides: Record<string, Patch> = { ...series.recurrenceOverrides }
  const models = keys.filter((key) => overrides[key] !== undefined).sort()
  if (models.length === 0) return series
  const sizes = models.map((key) => JSON.stringify(overrides[key]).length)
  let changed = Object.keys(overrides).length
  let [at, written, walked, characters] = [0, 0, 0, 0]
  for (const local of seriesFrom(series, parseLocal(models[0]!))) {
    const key = formatLocal(local)
    for (; at + 1 < models.length && models[at + 1]! <= key; written = 0) at++
    if (++walked > MOST_WALKED || (written === MOST_WRITTEN && at === models.length - 1)) break
    if (key <= models[at]! || written === MOST_WRITTEN) continue
    written++
    if (overrides[key] !== undefined) continue
    characters += sizes[at]!
    if (++changed > MOST_CHANGED || characters > MOST_CHARACTERS) break
    overrides[key] = movedTo(overrides[models[at]!]!, models[at]!, local)
  }
  return { ...series, recurrenceOverrides: overrides }
}

/** A patch of the occurrence `key` for another one: what begins later there begins later here. */
function movedTo(patch: Patch, key: string, local: number): Patch {
  if (typeof patch.start !== 'string') return patch
  return { ...patch, start: formatLocal(local + parseLocal(patch.start) - parseLocal(key)) }
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
