import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { noSuchFolder } from './counts.ts'
import { type FolderRow, folderColumns, nameKey, toFolder } from './folder-row.ts'

/** All folders, in the order in which they were made. There are at most 10,000. */
export async function listFolders(sql: Sql, open: OpenMailbox): Promise<Folder[]> {
  const rows = await sql.all<FolderRow>(
    `SELECT ${folderColumns} FROM folder WHERE mailbox = ? ORDER BY no`,
    open.no,
  )
  return rows.map((row) => toFolder(open, row))
}

export async function getFolderRow(sql: Sql, open: OpenMailbox, folder: FolderNo): Promise<FolderRow> {
  const row = await sql.get<FolderRow>(
    `SELECT ${folderColumns} FROM folder WHERE mailbox = ? AND no = ?`,
    open.no,
    folder,
  )
  if (!row) throw noSuchFolder(folder)
  return row
}

export async function findFolder(
  sql: Sql,
  open: OpenMailbox,
  by: { distinguished: string } | { parent: FolderNo; name: string },
): Promise<Folder | undefined> {
  const row =
    'distinguished' in by
      ? await sql.get<FolderRow>(
          `SELECT ${folderColumns} FROM folder WHERE mailbox = ? AND distinguished = ?`,
          open.no,
          by.distinguished,
        )
      : await sql.get<FolderRow>(
          `SELECT ${folderColumns} FROM folder WHERE mailbox = ? AND parent = ? AND name_key = ?`,
          open.no,
          by.parent,
          nameKey(open, by.name),
        )
  return row && toFolder(open, row)
}
