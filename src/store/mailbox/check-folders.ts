import { recoverableRoots } from '#src/domain/mailbox/distinguished-folders.ts'
import { type Checking, opens } from './checking.ts'
import type { FolderDelta } from './counts.ts'
import { type FolderRow, folderColumns, nameKey, toFolder } from './folder-row.ts'

/** A folder, and what its items add up to. */
export type FolderTally = { row: FolderRow; counted: FolderDelta }

export async function checkFolders(checking: Checking): Promise<ReadonlyMap<number, FolderTally>> {
  const { session, open, mailbox, found } = checking
  const rows = await session.sql.all<FolderRow & { name_key: Uint8Array }>(
    `SELECT ${folderColumns}, name_key FROM folder WHERE mailbox = ? ORDER BY no`,
    open.no,
  )
  const folders = new Map<number, FolderTally>()
  for (const row of rows) {
    folders.set(row.no, { row, counted: { items: 0, unseen: 0, deleted: 0, sizeBytes: 0 } })
    if (row.no >= mailbox.next_folder) found(`Folder ${row.no} has a number that was not given out yet.`)
    if (
      row.modseq > mailbox.modseq ||
      row.state_modseq > row.modseq ||
      row.created_modseq > row.state_modseq
    ) {
      found(`The modseqs of folder ${row.no} are out of order.`)
    }
    if (row.uid_validity < 1 || row.uid_validity > 0xffff_ffff)
      found(`Folder ${row.no} has UIDVALIDITY ${row.uid_validity}, which there cannot be.`)
    const folder = await opens(checking, `The name of folder ${row.no}`, () => toFolder(open, row))
    if (folder && !nameKey(open, folder.name).every((octet, at) => octet === row.name_key[at])) {
      found(`Folder ${row.no} is filed under another name than its own.`)
    }
  }
  for (const { row } of folders.values()) checkParents(checking, folders, row)
  return folders
}

function checkParents({ found }: Checking, folders: ReadonlyMap<number, FolderTally>, row: FolderRow): void {
  const parent = folders.get(row.parent)?.row
  const begins = (recoverableRoots as readonly (string | null)[]).includes(row.distinguished)
  if (row.parent !== 0 && !parent) found(`Folder ${row.no} lies in folder ${row.parent}, which is not there.`)
  const recoverable = begins || parent?.recoverable === 1 ? 1 : 0
  if (row.recoverable !== recoverable) {
    found(
      recoverable
        ? `Folder ${row.no} lies among the recoverable items but counts against the quota.`
        : `Folder ${row.no} does not lie among the recoverable items and does not count against the quota.`,
    )
  }
  const seen = new Set<number>()
  for (let at: FolderRow | undefined = row; at; at = folders.get(at.parent)?.row) {
    if (seen.has(at.no)) {
      found(`Folder ${row.no} lies within itself.`)
      return
    }
    seen.add(at.no)
  }
}
