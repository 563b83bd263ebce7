import type { BodyNo, ItemNo } from '#src/domain/mailbox/item.ts'
import type { ItemTransfer, Moved } from '#src/domain/mailbox/store.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { insertItem, insertSealed } from './append.ts'
import { partsOf } from './change-item.ts'
import { countInFolder, FolderDeltas, takeFromMailbox } from './counts.ts'
import { copyEvent } from './events.ts'
import { getFolderRow } from './folders.ts'
import { getItemRows } from './items.ts'
import { KeywordDeltas } from './keywords.ts'

/** Copies items with flags, keywords and all parts; bodies are shared. Refuses `over-quota`, `no-such-folder`. */
export async function copyItems(
  sql: Sql,
  open: OpenMailbox,
  bodies: Bodies,
  copy: ItemTransfer,
  savedAt: number,
): Promise<Moved[]> {
  const target = await getFolderRow(sql, open, copy.to)
  const rows = await getItemRows(sql, open, copy.items)
  if (rows.length === 0) return []
  const sizeBytes = rows.reduce((sum, row) => sum + row.size_bytes, 0)
  const taken = await takeFromMailbox(sql, open, {
    modseqs: rows.length,
    newItems: rows.length,
    ...(copy.ignoreQuota && { ignoreQuota: true }),
    ...(target.recoverable === 1 ? { recoverableBytes: sizeBytes } : { items: rows.length, sizeBytes }),
  })
  const entered = new FolderDeltas()
  for (const row of rows) entered.add(copy.to, row.flags, row.size_bytes)
  const last = taken.modseq + rows.length - 1
  const into = { modseq: last, now: savedAt }
  const { uid: firstUid } = await countInFolder(sql, open, copy.to, into, entered.of(copy.to), rows.length)
  const keywords = new KeywordDeltas()
  const copied: Moved[] = []
  for (const [at, row] of rows.entries()) {
    const no = taken.item + at
    const modseq = taken.modseq + at
    if (row.body !== null) await bodies.share(sql, open, row.body as BodyNo, no)
    await insertItem(sql, open, {
      ...row,
      no,
      folder: copy.to,
      uid: firstUid + at,
      modseq,
      created_modseq: modseq,
      saved_at: savedAt,
      deleted_from: target.recoverable === 1 ? (row.deleted_from ?? row.folder) : null,
      sealed: await insertSealed(sql, open, no, row.body, await partsOf(sql, open, row)),
    })
    if (row.class === 'event') await copyEvent(sql, open, row.no, no)
    keywords.change(null, row.keywords)
    copied.push({
      item: row.no as ItemNo,
      fromUid: row.uid,
      toUid: firstUid + at,
      toItem: no as ItemNo,
      modseq,
    })
  }
  await keywords.write(sql, open)
  return copied
}
