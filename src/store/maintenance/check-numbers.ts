import type { CheckRun } from './check-run.ts'
import { fromBackup } from './findings.ts'

/** Tables whose rows hang on the number of a mailbox. */
const hanging = [
  'folder',
  'folder_tombstone',
  'item',
  'item_sealed',
  'body',
  'keyword',
  'tombstone',
  'event',
  'configuration',
  'digest',
  'migration_folder',
  'migration_item',
  'migration_return',
] as const
const between = hanging
  .map((table) => `SELECT '${table}' AS found FROM ${table} WHERE mailbox > ? AND mailbox < ?`)
  .map((one) => `SELECT found FROM (${one} LIMIT 1) one`)

/** Between the number of one mailbox and that of the next, or behind the last, there are no rows. */
export async function checkBetween(run: CheckRun, after: number, before: number | undefined): Promise<void> {
  const bounds = hanging.flatMap(() => [after, before ?? Number.MAX_SAFE_INTEGER])
  for (const { found } of await run.sql.all<{ found: string }>(between.join(' UNION ALL '), ...bounds))
    run.findings.add('database', `Rows of table ${found} belong to a mailbox that is not there.`, fromBackup)
}

/** No number that is in use is given out again; `highest`: of mailboxes and bodies. */
export async function checkSequence({ sql, findings }: CheckRun, highest: number): Promise<void> {
  const row = await sql.get<{ next: number }>("SELECT next FROM sequence WHERE name = 'store'")
  if (highest > 0 && (row?.next ?? 1) <= highest)
    findings.add(
      'database',
      `Numbers are given out from ${row?.next ?? 1} on, and ${highest} is in use.`,
      fromBackup,
    )
}
