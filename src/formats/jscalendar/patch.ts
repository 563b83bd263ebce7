import { isDeepStrictEqual } from 'node:util'
import type { CalendarObject, Patch } from './event.ts'

/** What a series has and an occurrence has not (RFC 8984 §4.3.5). */
const ofSeriesOnly = new Set([
  'recurrenceRules',
  'excludedRecurrenceRules',
  'recurrenceOverrides',
  'recurrenceId',
  'recurrenceIdTimeZone',
  'recurrenceRange',
])
/** What an occurrence cannot change. */
const fixed = new Set([...ofSeriesOnly, '@type', 'uid', 'method', 'excluded'])

/** The object with a patch applied; pointers with `/` reach into it (RFC 8984 §1.4.9). Pointers into nothing are left out. */
export function applyPatch(object: CalendarObject, patch: Patch): CalendarObject {
  const made: Record<string, unknown> = { ...object }
  for (const [pointer, value] of Object.entries(patch)) {
    const path = pointer.split('/').map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    if (!fixed.has(path[0]!) && !path.includes('__proto__')) put(made, path, value)
  }
  return made as CalendarObject
}

function put(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first, ...more] = path as [string, ...string[]]
  if (more.length === 0) {
    if (value === null) delete into[first]
    else into[first] = value
    return
  }
  const inner = into[first]
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return
  const copy = { ...(inner as Record<string, unknown>) }
  put(copy, more, value)
  into[first] = copy
}

/** One occurrence of a series, with its own values, by the local date-time at which the series has it. */
export function occurrenceOf(series: CalendarObject, recurrenceId: string): CalendarObject {
  const plain = Object.fromEntries(Object.entries(series).filter(([name]) => !ofSeriesOnly.has(name)))
  const made = { ...plain, start: recurrenceId } as CalendarObject
  const patched = applyPatch(made, series.recurrenceOverrides?.[recurrenceId] ?? {})
  return {
    ...patched,
    recurrenceId,
    ...(series.timeZone != null && { recurrenceIdTimeZone: series.timeZone }),
  }
}

/** What makes `occurrence` of its series: each top-level property that differs, null for one that it has not. */
export function patchBetween(
  series: CalendarObject,
  occurrence: CalendarObject,
  recurrenceId: string,
): Patch {
  const base: Readonly<Record<string, unknown>> = { ...series, start: recurrenceId }
  const other: Readonly<Record<string, unknown>> = occurrence
  const patch: Record<string, unknown> = {}
  for (const name of new Set([...Object.keys(base), ...Object.keys(other)])) {
    if (fixed.has(name) || isDeepStrictEqual(base[name], other[name])) continue
    patch[name] = other[name] ?? null
  }
  return patch
}
