import type { Folder, FolderClass } from '#src/domain/mailbox/folder.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { Row } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'

export const folderColumns = `no, parent, class, distinguished, recoverable, subscribed, uid_validity, uid_next,
  modseq, state_modseq, created_modseq, items, unseen, deleted, size_bytes, changed_at, sealed_name`

export type FolderRow = Row & {
  no: number
  /** 0 for a folder without one. */
  parent: number
  class: string
  distinguished: string | null
  recoverable: number
  subscribed: number
  uid_validity: number
  uid_next: number
  modseq: number
  state_modseq: number
  created_modseq: number
  items: number
  unseen: number
  deleted: number
  size_bytes: number
  changed_at: number
  sealed_name: Uint8Array
}

/** Refuses `damaged` when the name does not open in this row. */
export function toFolder(open: OpenMailbox, row: FolderRow): Folder {
  return {
    no: row.no as FolderNo,
    parent: row.parent === 0 ? null : (row.parent as FolderNo),
    name: open.key.openName(namePlace(open, row.no), row.sealed_name),
    class: row.class as FolderClass,
    distinguished: row.distinguished,
    uidValidity: row.uid_validity,
    uidNext: row.uid_next,
    modseq: row.modseq,
    stateModseq: row.state_modseq,
    createdModseq: row.created_modseq,
    items: row.items,
    unseen: row.unseen,
    deleted: row.deleted,
    sizeBytes: row.size_bytes,
    changedAt: row.changed_at === 0 ? null : row.changed_at,
    subscribed: row.subscribed === 1,
  }
}

export const namePlace = (open: OpenMailbox, folder: number): string => `folder:${open.no}:${folder}:name`
/** Siblings are told apart by this; the parent is a column of the same index. */
export const nameKey = (open: OpenMailbox, name: string): Uint8Array => open.key.blind('folder-name', name)
