import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Row } from '../driver/driver.ts'
import type { CheckRun } from './check-run.ts'
import { fromBackup } from './findings.ts'

type Marked = Row & { no: number; parent: number; class: string; distinguished: string }

/** The mailbox of somebody has every folder that programs find by its mark, of its class and in its place. Needs no key. */
export async function checkDistinguished(
  { sql, findings }: CheckRun,
  where: string,
  at: MailboxRef,
  mailbox: number,
): Promise<void> {
  const owner = await sql.get(
    'SELECT id FROM directory_entry WHERE org = ? AND mailbox = ?',
    at.organization,
    at.mailbox,
  )
  if (!owner) return
  const rows = await sql.all<Marked>(
    'SELECT no, parent, class, distinguished FROM folder WHERE mailbox = ? AND distinguished IS NOT NULL',
    mailbox,
  )
  const marked = new Map(rows.map((row) => [row.distinguished, row]))
  for (const { distinguished, parent, class: itsClass } of distinguishedFolders) {
    const row = marked.get(distinguished)
    const what = row && `Folder ${row.no} is marked as its "${distinguished}"`
    if (!row) findings.add(where, `No folder is marked as its "${distinguished}".`, fromBackup)
    else if (row.class !== itsClass)
      findings.add(where, `${what} and is of class "${row.class}".`, fromBackup)
    else if (row.parent !== (parent === null ? 0 : (marked.get(parent)?.no ?? row.parent)))
      findings.add(where, `${what} and lies in folder ${row.parent}.`, fromBackup)
  }
}
