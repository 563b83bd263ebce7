import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import type { ItemRow } from './item-row.ts'

/** Remembers that an item left its folder. */
export function insertTombstone(sql: Sql, open: OpenMailbox, modseq: number, row: ItemRow): Promise<number> {
  return sql.run(
    'INSERT INTO tombstone (mailbox, modseq, folder, item, uid, created_modseq) VALUES (?, ?, ?, ?, ?, ?)',
    open.no,
    modseq,
    row.folder,
    row.no,
    row.uid,
    row.created_modseq,
  )
}

/** Forgets what left up to `modseq`, at most `limit` of each kind; true when nothing of it is remembered any more. */
export async function forgetChanges(
  sql: Sql,
  open: OpenMailbox,
  modseq: number,
  limit: number,
): Promise<boolean> {
  await sql.run(
    `UPDATE mailbox SET forgotten_modseq = CASE WHEN modseq < ? THEN modseq ELSE ? END
    WHERE no = ? AND forgotten_modseq < ?`,
    modseq,
    modseq,
    open.no,
    modseq,
  )
  const forget = (table: 'tombstone' | 'folder_tombstone') =>
    sql.run(
      `DELETE FROM ${table} WHERE mailbox = ? AND modseq <= ? AND modseq IN
      (SELECT modseq FROM ${table} WHERE mailbox = ? AND modseq <= ? ORDER BY modseq LIMIT ?)`,
      open.no,
      modseq,
      open.no,
      modseq,
      limit,
    )
  const items = await forget('tombstone')
  const folders = await forget('folder_tombstone')
  return items < limit && folders < limit
}
