import type { FolderNo, ItemClass } from './item.ts'

/** What a folder is for: `IPF.Note`, `IPF.Appointment`, …; IMAP shows only `message` (CLT-04). */
export type FolderClass = ItemClass | 'search' | 'other'

export type Folder = {
  no: FolderNo
  parent: FolderNo | null
  /** Any Unicode text, NFC, 1 to 255 characters, unique among its siblings. */
  name: string
  class: FolderClass
  /** The name of EWS DistinguishedFolderIdNameType, for folders that came with the mailbox. */
  distinguished: string | null
  uidValidity: number
  uidNext: number
  /** Highest modseq of a change in it (RFC 7162 HIGHESTMODSEQ). */
  modseq: number
  /** Modseq of the last change to the folder itself: name, parent, subscription. */
  stateModseq: number
  createdModseq: number
  items: number
  unseen: number
  deleted: number
  sizeBytes: number
  /**
   * When an item in it came, went or changed last, epoch milliseconds: another time after each change. Null: before the store kept it.
   */
  changedAt: number | null
  subscribed: boolean
}

export type NewFolder = {
  parent: FolderNo | null
  name: string
  class: FolderClass
  distinguished?: string
  subscribed?: boolean
}
