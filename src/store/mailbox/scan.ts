import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { ItemScan, ScannedItems } from '#src/domain/mailbox/store.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { type ItemRow, itemColumns, toStates } from './item-row.ts'

const LOWEST = Number.MIN_SAFE_INTEGER
const HIGHEST = Number.MAX_SAFE_INTEGER

/** Where a scan of so many items ends: read from the index alone. */
const boundary = {
  rising: `SELECT uid FROM item WHERE mailbox = ? AND folder = ? AND uid >= ? AND uid <= ?
    ORDER BY uid LIMIT 1 OFFSET ?`,
  falling: `SELECT uid FROM item WHERE mailbox = ? AND folder = ? AND uid >= ? AND uid <= ?
    ORDER BY uid DESC LIMIT 1 OFFSET ?`,
}

// The plus signs keep a planner from any other index than the one by uid: the scan is as long as was asked for.
const narrowed = `SELECT ${itemColumns} FROM item
  WHERE mailbox = ? AND folder = ? AND uid >= ? AND uid <= ? AND (flags & ?) = ?
  AND +received_at >= ? AND +received_at < ? AND +saved_at >= ? AND +saved_at < ?
  AND size_bytes > ? AND size_bytes < ? AND +modseq > ? ORDER BY uid`
const scan = { rising: narrowed, falling: `${narrowed} DESC` }

/** A stretch of a folder by uid, of which only what fits comes out of the database. */
export async function scanItems(
  sql: Sql,
  open: OpenMailbox,
  folder: FolderNo,
  { uidFrom = 0, uidTo = HIGHEST, falling = false, limit, only = {} }: ItemScan,
): Promise<ScannedItems> {
  const direction = falling ? 'falling' : 'rising'
  const end = await sql.get<{ uid: number }>(
    boundary[direction],
    open.no,
    folder,
    uidFrom,
    uidTo,
    Math.max(0, limit - 1),
  )
  const rows = await sql.all<ItemRow>(
    scan[direction],
    open.no,
    folder,
    falling && end ? end.uid : uidFrom,
    !falling && end ? end.uid : uidTo,
    (only.flagsSet ?? 0) | (only.flagsUnset ?? 0),
    only.flagsSet ?? 0,
    only.received?.since ?? LOWEST,
    only.received?.before ?? HIGHEST,
    only.saved?.since ?? LOWEST,
    only.saved?.before ?? HIGHEST,
    only.largerThan ?? LOWEST,
    only.smallerThan ?? HIGHEST,
    only.changedAfter ?? LOWEST,
  )
  return { rows: await toStates(sql, open, rows), scannedTo: end?.uid ?? null }
}
