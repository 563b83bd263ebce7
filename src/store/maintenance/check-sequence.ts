import type { CheckRun } from './check-run.ts'
import { fromBackup } from './findings.ts'

/** No number that is in use is given out again; `mailbox`: the highest of them. */
export async function checkSequence({ sql, findings }: CheckRun, mailbox: number): Promise<void> {
  const body = await sql.get<{ no: number | null }>('SELECT MAX(no) AS no FROM body')
  const highest = Math.max(mailbox, body?.no ?? 0)
  const row = await sql.get<{ next: number }>("SELECT next FROM sequence WHERE name = 'store'")
  if (highest > 0 && (row?.next ?? 1) <= highest)
    findings.add(
      'database',
      `Numbers are given out from ${row?.next ?? 1} on, and ${highest} is in use.`,
      fromBackup,
    )
}
