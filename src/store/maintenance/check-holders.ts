import type { Column, Value } from '../driver/driver.ts'
import type { CheckRun } from './check-run.ts'
import { fromBackup } from './findings.ts'

/** What rows of many tables hang on, and the texts that look for rows between two of them. */
export type Holder<V extends Value> = { what: string; first: V; last: V; tables: number; text: string }

/** Organisations, of every table whose rows begin with theirs. */
export const organizationHolder = (columns: readonly Column[]): Holder<string> =>
  holderOf(columns, { name: 'org', type: 'text', what: 'an organisation', first: '', last: '\u{10ffff}' })

/** Mailboxes by their number, of every table whose rows begin with it. */
export const mailboxHolder = (columns: readonly Column[]): Holder<number> =>
  holderOf(columns, {
    name: 'mailbox',
    type: 'number',
    what: 'a mailbox',
    first: -1,
    last: Number.MAX_SAFE_INTEGER,
  })

function holderOf<V extends Value>(
  columns: readonly Column[],
  { name, type, what, first, last }: Pick<Column, 'name' | 'type'> & Omit<Holder<V>, 'tables' | 'text'>,
): Holder<V> {
  // Of others their own check says it: to look for theirs would be to look at every row, for each mailbox.
  const tables = columns.filter(
    (column) => column.name === name && column.type === type && column.keyPlace === 1,
  )
  const each = tables.map(
    ({ table }) =>
      `SELECT found, at FROM (SELECT '${table}' AS found, ${name} AS at FROM ${table}
        WHERE ${name} > ? AND ${name} < ? ORDER BY ${name} LIMIT 1) one`,
  )
  return { what, first, last, tables: tables.length, text: `${each.join(' UNION ALL ')} ORDER BY at` }
}

/** Between one that is there and the next there are no rows, nor before the first and behind the last. */
export async function checkBetween<V extends Value>(
  run: CheckRun,
  { what, first, last, tables, text }: Holder<V>,
  after: V | undefined,
  before: V | undefined,
): Promise<void> {
  for (let from = after ?? first; ; ) {
    const bounds = Array.from({ length: tables }, () => [from, before ?? last]).flat()
    const rows = await run.sql.all<{ found: string; at: V }>(text, ...bounds)
    const next = rows[0]?.at
    if (next === undefined || next === from) return
    from = next
    if (await isLeaving(run, next)) continue
    for (const { found } of rows.filter(({ at }) => at === next))
      run.findings.add(
        'database',
        `Rows of table ${found} belong to ${what} that is not there: ${next}.`,
        fromBackup,
      )
  }
}

/** Rows of an organisation that was destroyed go in the background, that of its directory as the last. */
async function isLeaving({ sql }: CheckRun, holder: Value): Promise<boolean> {
  if (typeof holder !== 'string') return false
  return (await sql.get('SELECT org FROM directory_state WHERE org = ?', holder)) !== undefined
}
