import type { FolderNo, ItemNo } from '#src/domain/mailbox/item.ts'
import type { ItemTransfer, Moved } from '#src/domain/mailbox/store.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { countInFolder, type FolderDelta, FolderDeltas, takeFromMailbox } from './counts.ts'
import { getFolderRow } from './folders.ts'
import type { ItemRow } from './item-row.ts'
import { getItemRows } from './items.ts'
import { insertTombstone } from './tombstones.ts'

/**
 * Moves items. Each takes two modseqs, one for leaving its old folder and one for coming into the new, so that a
 * page of changes may end between them. Bringing items back from the recoverable area refuses `over-quota`.
 */
export async function moveItems(
  sql: Sql,
  open: OpenMailbox,
  move: ItemTransfer,
  savedAt: number,
): Promise<Moved[]> {
  const target = await getFolderRow(sql, open, move.to)
  const rows = await getItemRows(sql, open, move.items)
  if (rows.length === 0) return []
  const recoverable = await recoverableFolders(sql, open, rows)
  const crossing = rows.filter((row) => recoverable.has(row.folder) !== (target.recoverable === 1))
  const crossingBytes = crossing.reduce((sum, row) => sum + row.size_bytes, 0)
  const sign = target.recoverable === 1 ? -1 : 1
  let { modseq } = await takeFromMailbox(sql, open, {
    modseqs: 2 * rows.length,
    items: sign * crossing.length,
    sizeBytes: sign * crossingBytes,
    recoverableBytes: -sign * crossingBytes,
    ...(move.ignoreQuota && { ignoreQuota: true }),
  })
  const { left, leftAt, entered } = deltasOf(rows, move.to, modseq)
  for (const [folder, delta] of left.folders)
    await countInFolder(sql, open, folder, { modseq: leftAt.get(folder)!, now: savedAt }, delta)
  const last = modseq + 2 * rows.length - 1
  const into = { modseq: last, now: savedAt }
  let { uid } = await countInFolder(sql, open, move.to, into, entered, rows.length)
  const moved: Moved[] = []
  for (const row of rows) {
    await insertTombstone(sql, open, modseq, row)
    await sql.run(
      `UPDATE item SET folder = ?, uid = ?, modseq = ?, created_modseq = ?, saved_at = ?, deleted_from = ?
      WHERE mailbox = ? AND no = ?`,
      move.to,
      uid,
      modseq + 1,
      modseq + 1,
      savedAt,
      target.recoverable === 1 ? (recoverable.has(row.folder) ? row.deleted_from : row.folder) : null,
      open.no,
      row.no,
    )
    const no = row.no as ItemNo
    moved.push({ item: no, fromUid: row.uid, toUid: uid, toItem: no, modseq: modseq + 1 })
    modseq += 2
    uid++
  }
  return moved
}

type Deltas = { left: FolderDeltas; leftAt: ReadonlyMap<number, number>; entered: FolderDelta }

/** How the counts change, and the modseq of the last item that leaves each folder. */
function deltasOf(rows: readonly ItemRow[], to: FolderNo, modseq: number): Deltas {
  const left = new FolderDeltas()
  const entered = new FolderDeltas()
  const leftAt = new Map<number, number>()
  for (const [at, row] of rows.entries()) {
    left.remove(row.folder, row.flags, row.size_bytes)
    leftAt.set(row.folder, modseq + 2 * at)
    entered.add(to, row.flags, row.size_bytes)
  }
  return { left, leftAt, entered: entered.of(to) }
}

/** Which of the folders that these items lie in belong to the recoverable area. */
export async function recoverableFolders(
  sql: Sql,
  open: OpenMailbox,
  rows: readonly ItemRow[],
): Promise<ReadonlySet<number>> {
  const recoverable = new Set<number>()
  for (const folder of new Set(rows.map((row) => row.folder))) {
    const row = await getFolderRow(sql, open, folder as FolderNo)
    if (row.recoverable === 1) recoverable.add(folder)
  }
  return recoverable
}
