import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { Row, Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { allOf, wanted } from './blocks.ts'

/** What of an item flags are changed by. */
export type FlagRow = Row & {
  no: number
  folder: number
  uid: number
  flags: number
  keywords: string | null
  modseq: number
}

const columns = 'item.no, item.folder, item.uid, item.flags, item.keywords, item.modseq'
const stretch = `SELECT ${columns} FROM item
  WHERE mailbox = ? AND folder = ? AND uid >= ? AND uid <= ? ORDER BY uid`
const single = `SELECT ${columns} FROM ${wanted} item
  WHERE item.mailbox = ? AND item.folder = ? AND item.uid = wanted.column1`

/** Neighbours this far from each other are read together, with what lies between them. */
const GAP = 8
/** Fewer than these are looked up one by one. */
const STRETCH = 8

/** Rows of a folder by uids, which ascend, in their order; those that are not there are left out. */
export async function findFlagRows(
  sql: Sql,
  open: OpenMailbox,
  folder: FolderNo,
  uids: Uint32Array,
): Promise<FlagRow[]> {
  const rows: FlagRow[] = []
  const singles: number[] = []
  for (let from = 0; from < uids.length; ) {
    let to = from + 1
    while (to < uids.length && uids[to]! - uids[to - 1]! <= GAP) to++
    if (to - from < STRETCH) singles.push(...uids.subarray(from, to))
    else {
      const found = await sql.all<FlagRow>(stretch, open.no, folder, uids[from]!, uids[to - 1]!)
      let at = from
      for (const row of found) {
        while (at < to && uids[at]! < row.uid) at++
        if (at < to && uids[at] === row.uid) rows.push(row)
      }
    }
    from = to
  }
  if (singles.length === 0) return rows
  for (const row of await allOf<FlagRow>(sql, single, [open.no, folder], singles)) rows.push(row)
  return rows.sort((a, b) => a.uid - b.uid)
}
