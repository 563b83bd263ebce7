import type { SyncRecord } from './store.ts'

/** A cycle takes a while itself, and does not begin on the second. */
const SLACK = 1.1

/** Whether two runs in a row did not come to a good end (exchange-interop 1.7). */
export function isOverdue(
  { synchronizedAt, dueAt }: Pick<SyncRecord, 'synchronizedAt' | 'dueAt'>,
  everyMs: number,
  now: number,
): boolean {
  if (synchronizedAt === null) return now - dueAt > 2 * everyMs * SLACK
  return now - synchronizedAt > 2 * everyMs * SLACK
}
