import { Damaged } from '#src/domain/damaged.ts'
import type { BodyNo, FolderNo, ItemClass, ItemNo, ItemState } from '#src/domain/mailbox/item.ts'
import type { Row, Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { keywordNames, keywordNumbers } from './keywords.ts'

export const itemColumns = `item.no, item.folder, item.uid, item.class, item.flags, item.keywords, item.modseq,
  item.created_modseq, item.received_at, item.saved_at, item.size_bytes, item.body, item.deleted_from, item.sealed`

export type ItemRow = Row & {
  no: number
  folder: number
  uid: number
  class: string
  flags: number
  keywords: string | null
  modseq: number
  created_modseq: number
  received_at: number
  saved_at: number
  size_bytes: number
  body: number | null
  deleted_from: number | null
  /** Number of its row in `item_sealed`. */
  sealed: number | null
}

/** States of rows, in their order. */
export async function toStates(sql: Sql, open: OpenMailbox, rows: readonly ItemRow[]): Promise<ItemState[]> {
  const names = await keywordNames(
    sql,
    open,
    rows.map((row) => row.keywords),
  )
  return rows.map((row) => toState(row, names))
}

export function toState(row: ItemRow, keywords: ReadonlyMap<number, string>): ItemState {
  return {
    no: row.no as ItemNo,
    folder: row.folder as FolderNo,
    uid: row.uid,
    class: row.class as ItemClass,
    flags: row.flags,
    keywords: keywordsOf(row, keywords),
    modseq: row.modseq,
    createdModseq: row.created_modseq,
    receivedAt: row.received_at,
    savedAt: row.saved_at,
    sizeBytes: row.size_bytes,
    body: row.body as BodyNo | null,
    deletedFrom: row.deleted_from as FolderNo | null,
  }
}

/** Names of the keywords of a row. Refuses `damaged`. */
export function keywordsOf(
  { no, keywords }: Pick<ItemRow, 'no' | 'keywords'>,
  names: ReadonlyMap<number, string>,
): readonly string[] {
  if (keywords === null) return []
  return keywordNumbers(keywords).map((keyword) => names.get(keyword) ?? lostKeyword(no, keyword))
}

function lostKeyword(item: number, keyword: number): never {
  throw new Damaged(
    `Item ${item} carries keyword ${keyword}, which is not there.`,
    'Run "landbridge check", and restore the mailbox from a backup.',
  )
}
