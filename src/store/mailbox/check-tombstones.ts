import type { FolderTally } from './check-folders.ts'
import { breathe, type Checking } from './checking.ts'

const PAGE = 1_000

type TombstoneRow = {
  modseq: number
  folder: number
  uid: number
  created_modseq: number
  live: number | null
}

/** What has left a folder is not in it, and left it in the past. */
export async function checkTombstones(
  checking: Checking,
  folders: ReadonlyMap<number, FolderTally>,
): Promise<void> {
  const { session, open, mailbox, found } = checking
  if (mailbox.forgotten_modseq > mailbox.modseq) found('Changes are forgotten that were not made yet.')
  const left = new Map<number, number>()
  for (let after = 0; ; ) {
    const rows = await session.sql.all<TombstoneRow>(
      `SELECT tombstone.modseq, tombstone.folder, tombstone.uid, tombstone.created_modseq, item.no AS live
      FROM tombstone LEFT JOIN item ON item.mailbox = tombstone.mailbox AND item.folder = tombstone.folder
        AND item.uid = tombstone.uid
      WHERE tombstone.mailbox = ? AND tombstone.modseq > ? ORDER BY tombstone.modseq LIMIT ?`,
      open.no,
      after,
      PAGE,
    )
    for (const row of rows) {
      const folder = folders.get(row.folder)?.row
      left.set(row.folder, (left.get(row.folder) ?? 0) + 1)
      const name = `The tombstone of uid ${row.uid} in folder ${row.folder}`
      if (row.live !== null) found(`${name} is not true: item ${row.live} is there.`)
      if (row.modseq > mailbox.modseq || row.created_modseq >= row.modseq)
        found(`${name} has a modseq out of order.`)
      if (folder && (row.uid >= folder.uid_next || row.modseq > folder.modseq)) {
        found(`${name} is newer than its folder knows of.`)
      }
    }
    await breathe(checking)
    if (rows.length < PAGE) break
    after = rows.at(-1)!.modseq
  }
  compareUids(checking, folders, left)
  const alive = await session.sql.all<{ folder: number }>(
    `SELECT folder_tombstone.folder FROM folder_tombstone JOIN folder ON folder.mailbox = folder_tombstone.mailbox
      AND folder.no = folder_tombstone.folder WHERE folder_tombstone.mailbox = ?`,
    open.no,
  )
  for (const row of alive) found(`Folder ${row.folder} is said to be gone, but is there.`)
}

/** Each uid that a folder gave out is there, or has left it and is remembered until such changes are forgotten. */
function compareUids(
  { mailbox, found }: Checking,
  folders: ReadonlyMap<number, FolderTally>,
  left: ReadonlyMap<number, number>,
): void {
  for (const { row, counted } of folders.values()) {
    const gone = row.uid_next - 1 - counted.items
    const remembered = left.get(row.no) ?? 0
    if (remembered > gone || (remembered < gone && mailbox.forgotten_modseq === 0))
      found(`Folder ${row.no} remembers ${remembered} of the ${gone} items that left it.`)
  }
}
