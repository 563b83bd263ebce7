import { Refusal } from '#src/domain/refusal.ts'

/** Most rows in one answer. */
const MOST = 1_000

export const pageSize = (limit: number): number => Math.max(1, Math.min(MOST, Math.trunc(limit)))

/** Where a page ended: a time and what tells rows of one time apart. */
export const formatCursor = (at: number, rest: string | number): string => `${at}:${rest}`

/** Refuses `invalid-parameter` for what no page gave out. */
export function parseCursor(text: string): [at: number, rest: string] {
  const parts = /^(\d{1,16}):([0-9a-f]{1,32})$/.exec(text)
  if (parts) return [Number(parts[1]), parts[2]!]
  throw new Refusal('invalid-parameter', 'This is not where a page ended. Start the list anew.')
}
