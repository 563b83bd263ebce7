import type { Folder, NewFolder } from '#src/domain/mailbox/folder.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { noSuchFolder, takeFromMailbox } from './counts.ts'
import { type FolderRow, folderColumns, nameKey, namePlace, toFolder } from './folder-row.ts'
import { getFolderRow } from './folders.ts'
import { noSuchMailbox } from './mailboxes.ts'

/** As many folders as one mailbox may have; what shows them all at once stays quick up to there. */
const MOST_FOLDERS = 10_000
/** Distinguished folders with which the area that does not count against the quota begins. */
const recoverableRoots = new Set(['recoverableitemsroot', 'archiverecoverableitemsroot'])

/** Refuses `folder-exists`, `no-such-folder` (the parent), `no-such-mailbox`, `limit-exceeded`. */
export async function createFolder(
  sql: Sql,
  open: OpenMailbox,
  folder: NewFolder,
  now: number,
): Promise<Folder> {
  const parent = folder.parent === null ? undefined : await getFolderRow(sql, open, folder.parent)
  const { folders } = (await sql.get<{ folders: number }>(
    'SELECT COUNT(*) AS folders FROM folder WHERE mailbox = ?',
    open.no,
  ))!
  if (folders >= MOST_FOLDERS) {
    throw new Refusal(
      'limit-exceeded',
      `The mailbox has ${MOST_FOLDERS} folders, and no more fit. Delete some first.`,
    )
  }
  await refuseTaken(sql, open, folder.parent ?? 0, folder.name)
  const taken = await sql.get<{ no: number; modseq: number }>(
    `UPDATE mailbox SET next_folder = next_folder + 1, modseq = modseq + 1 WHERE no = ? AND state = 'active'
    RETURNING next_folder - 1 AS no, modseq`,
    open.no,
  )
  if (!taken) throw noSuchMailbox()
  const isRecoverable = parent?.recoverable === 1 || recoverableRoots.has(folder.distinguished ?? '')
  const row = await sql.get<FolderRow>(
    `INSERT INTO folder (mailbox, no, parent, class, distinguished, recoverable, subscribed, uid_validity, uid_next,
      modseq, state_modseq, created_modseq, items, unseen, deleted, size_bytes, name_key, sealed_name)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, 0, 0, 0, 0, ?, ?) RETURNING ${folderColumns}`,
    open.no,
    taken.no,
    folder.parent ?? 0,
    folder.class,
    folder.distinguished ?? null,
    isRecoverable ? 1 : 0,
    folder.subscribed ? 1 : 0,
    uidValidity(now, taken.no),
    taken.modseq,
    taken.modseq,
    taken.modseq,
    nameKey(open, folder.name),
    open.key.seal(namePlace(open, taken.no), folder.name),
  )
  return toFolder(open, row!)
}

/**
 * Grows from folder to folder even within one second, so that a folder deleted and made again is seen to be
 * another one (RFC 9051 §2.3.1.1).
 */
function uidValidity(now: number, folder: number): number {
  return (Math.floor(now / 1000) + folder) % 0xffff_ffff || 1
}

type FolderChange = { parent?: FolderNo; name?: string; subscribed?: boolean }

/**
 * Refuses `folder-exists`, `no-such-folder`, and `not-supported` for a move across the border of the recoverable
 * area: what lies there is counted apart.
 */
export async function changeFolder(
  sql: Sql,
  open: OpenMailbox,
  folder: FolderNo,
  change: FolderChange,
): Promise<Folder> {
  const before = await getFolderRow(sql, open, folder)
  const parent = change.parent ?? before.parent
  const name = change.name ?? toFolder(open, before).name
  if (change.parent !== undefined) {
    const target = await getFolderRow(sql, open, change.parent)
    if (target.recoverable !== before.recoverable) {
      throw new Refusal(
        'not-supported',
        'A folder cannot be moved into or out of the recoverable items. Move the items in it instead.',
      )
    }
  }
  await refuseTaken(sql, open, parent, name, folder)
  const { modseq } = await takeFromMailbox(sql, open, { modseqs: 1 })
  const row = await sql.get<FolderRow>(
    `UPDATE folder SET parent = ?, subscribed = ?, modseq = ?, state_modseq = ?, name_key = ?, sealed_name = ?
    WHERE mailbox = ? AND no = ? RETURNING ${folderColumns}`,
    parent,
    (change.subscribed ?? before.subscribed === 1) ? 1 : 0,
    modseq,
    modseq,
    nameKey(open, name),
    open.key.seal(namePlace(open, folder), name),
    open.no,
    folder,
  )
  return toFolder(open, row!)
}

/** Refuses `no-such-folder`, and `folder-not-empty` while it has items or folders. */
export async function deleteFolder(sql: Sql, open: OpenMailbox, folder: FolderNo): Promise<void> {
  const row = await getFolderRow(sql, open, folder)
  const child = await sql.get(
    'SELECT no FROM folder WHERE mailbox = ? AND parent = ? LIMIT 1',
    open.no,
    folder,
  )
  if (row.items > 0 || child) {
    throw new Refusal('folder-not-empty', 'The folder still has items or folders in it. Empty it first.')
  }
  const { modseq } = await takeFromMailbox(sql, open, { modseqs: 1 })
  await sql.run('DELETE FROM configuration WHERE mailbox = ? AND folder = ?', open.no, folder)
  const gone = await sql.run('DELETE FROM folder WHERE mailbox = ? AND no = ?', open.no, folder)
  if (gone === 0) throw noSuchFolder(folder)
  await sql.run(
    'INSERT INTO folder_tombstone (mailbox, modseq, folder) VALUES (?, ?, ?)',
    open.no,
    modseq,
    folder,
  )
}

async function refuseTaken(
  sql: Sql,
  open: OpenMailbox,
  parent: number,
  name: string,
  self?: FolderNo,
): Promise<void> {
  const taken = await sql.get<{ no: number }>(
    'SELECT no FROM folder WHERE mailbox = ? AND parent = ? AND name_key = ?',
    open.no,
    parent,
    nameKey(open, name),
  )
  if (taken && taken.no !== self) {
    throw new Refusal(
      'folder-exists',
      `There is already a folder "${name}" at this place. Choose another name.`,
    )
  }
}
