import type { BodyNo, ItemNo } from '#src/domain/mailbox/item.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { countInFolder, FolderDeltas, takeFromMailbox } from './counts.ts'
import { forgetDigests } from './digests.ts'
import { putEvent } from './events.ts'
import { getItemRows } from './items.ts'
import { KeywordDeltas } from './keywords.ts'
import { recoverableFolders } from './moves.ts'
import { insertTombstone } from './tombstones.ts'

/** Removes items for ever. Tombstones stay; a body goes with the last item that has it. */
export async function removeItems(
  sql: Sql,
  open: OpenMailbox,
  bodies: Bodies,
  items: readonly ItemNo[],
  now: number,
): Promise<void> {
  const rows = await getItemRows(sql, open, items)
  if (rows.length === 0) return
  const recoverable = await recoverableFolders(sql, open, rows)
  const counted = rows.filter((row) => !recoverable.has(row.folder))
  const all = rows.reduce((sum, row) => sum + row.size_bytes, 0)
  const sizeBytes = counted.reduce((sum, row) => sum + row.size_bytes, 0)
  let { modseq } = await takeFromMailbox(sql, open, {
    modseqs: rows.length,
    items: -counted.length,
    sizeBytes: -sizeBytes,
    recoverableBytes: sizeBytes - all,
  })
  const folders = new FolderDeltas()
  const keywords = new KeywordDeltas()
  const highest = new Map<number, number>()
  for (const row of rows) {
    await insertTombstone(sql, open, modseq, row)
    await sql.run('DELETE FROM item WHERE mailbox = ? AND no = ?', open.no, row.no)
    await sql.run('DELETE FROM item_sealed WHERE no = ? AND mailbox = ?', row.sealed, open.no)
    if (row.class === 'event') await putEvent(sql, open, row.no, null)
    if (row.body !== null) await bodies.release(sql, open, row.body as BodyNo, row.no)
    folders.remove(row.folder, row.flags, row.size_bytes)
    keywords.change(row.keywords, null)
    highest.set(row.folder, modseq++)
  }
  await forgetDigests(
    sql,
    open,
    rows.map(({ no }) => no),
  )
  for (const [folder, delta] of folders.folders) {
    await countInFolder(sql, open, folder, { modseq: highest.get(folder)!, now }, delta)
  }
  await keywords.write(sql, open)
}
