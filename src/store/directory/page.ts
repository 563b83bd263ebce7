import type { Page } from '#src/domain/mailbox/store.ts'

/** Most rows in one answer. */
const MOST = 1_000

export const pageSize = (limit: number): number => Math.max(1, Math.min(MOST, Math.trunc(limit)))

/** A page out of one row more than was asked for: that row says whether there is more. */
export function pageOf<R, T, C>(
  rows: readonly R[],
  size: number,
  cursor: (row: R) => C,
  value: (row: R) => T,
): Page<T, C> {
  const shown = rows.slice(0, size)
  return { rows: shown.map(value), next: rows.length > size ? cursor(shown[shown.length - 1]!) : null }
}
