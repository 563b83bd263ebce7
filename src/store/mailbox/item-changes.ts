import { Pace } from '#src/domain/mailbox/pace.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { type ItemRow, itemColumns } from './item-row.ts'
import { type Stream, type Stretch, stretchOf } from './merge.ts'

/** Changes after `since`, up to `to`. */
export type Span = { since: number; to: number }

/** A row of the log: an item, and the modseq of its last change other than of the read mark. */
export type ItemChange = { item: ItemRow; otherModseq: number }

type ChangedFolder = {
  no: number
  uid_next: number
  /** Modseq of the first item after `since` that changed once it had come, and of the last item that came. */
  changed: number | null
  came: number | null
}

const ofItem = 'FROM item WHERE item.mailbox = folder.mailbox AND item.folder = folder.no'
const changedFolder = `SELECT no, uid_next,
  (SELECT item.modseq ${ofItem} AND item.modseq > ? AND item.modseq <> item.created_modseq ORDER BY item.modseq LIMIT 1) AS changed,
  (SELECT item.created_modseq ${ofItem} ORDER BY item.uid DESC LIMIT 1) AS came
  FROM folder WHERE mailbox = ? AND`

/** The items of one folder that changed. */
export async function itemsOfFolder(
  sql: Sql,
  open: OpenMailbox,
  folder: number,
  span: Span,
): Promise<Stream<ItemChange>[]> {
  const row = await sql.get<ChangedFolder>(`${changedFolder} no = ?`, span.since, open.no, folder)
  return row ? streamsOf(sql, open, row, span) : []
}

/** Folders whose first changes are looked up at once, before others have their turn. */
const FOLDERS = 500

/** Those of all folders. Each index goes by folder, so the folders that changed are merged: usually that is one. */
export async function itemsOfMailbox(sql: Sql, open: OpenMailbox, span: Span): Promise<Stream<ItemChange>[]> {
  const streams: Stream<ItemChange>[] = []
  const pace = new Pace()
  for (let after = 0; ; ) {
    const folders = await sql.all<ChangedFolder>(
      `${changedFolder} no > ? AND modseq > ? AND items > 0 ORDER BY no LIMIT ?`,
      span.since,
      open.no,
      after,
      span.since,
      FOLDERS,
    )
    for (const folder of folders) streams.push(...streamsOf(sql, open, folder, span))
    if (folders.length < FOLDERS) return streams
    after = folders.at(-1)!.no
    await pace.rest()
  }
}

function streamsOf(sql: Sql, open: OpenMailbox, folder: ChangedFolder, span: Span): Stream<ItemChange>[] {
  const streams: Stream<ItemChange>[] = []
  if (folder.changed !== null && folder.changed <= span.to)
    streams.push({ ...changedItems(sql, open, folder.no, span), from: folder.changed })
  if (folder.came !== null && folder.came > span.since) streams.push(newItems(sql, open, folder, span))
  return streams
}

function changedItems(sql: Sql, open: OpenMailbox, folder: number, span: Span): Stream<ItemChange> {
  return {
    after: span.since,
    read: async (after, limit) => {
      const rows = await sql.all<ItemRow & { other_modseq: number | null }>(
        `SELECT ${itemColumns}, other_modseq FROM item WHERE mailbox = ? AND folder = ? AND modseq > ? AND modseq <= ?
        AND modseq <> created_modseq ORDER BY modseq LIMIT ?`,
        open.no,
        folder,
        after,
        span.to,
        limit,
      )
      return stretchOf(
        rows.map((item) => ({
          modseq: item.modseq,
          value: { item, otherModseq: item.other_modseq ?? item.modseq },
        })),
        limit,
      )
    },
  }
}

/**
 * Items that are as they came, in the order of their uids: a folder gives uids and modseqs out together. Those that changed since
 * are passed over; a stretch may have nothing else. One that changes while the log is read is told all the same, when it came:
 * who heard of it only later could not know that it is new.
 */
function newItems(sql: Sql, open: OpenMailbox, folder: ChangedFolder, span: Span): Stream<ItemChange> {
  let last: number | undefined
  const read = async (limit: number): Promise<Stretch<ItemChange>> => {
    last ??= await lastBefore(sql, open, folder, span.since)
    const rows = await sql.all<ItemRow>(
      `SELECT ${itemColumns} FROM item WHERE mailbox = ? AND folder = ? AND uid > ? ORDER BY uid LIMIT ?`,
      open.no,
      folder.no,
      last,
      limit,
    )
    const newest = rows.at(-1)
    last = newest?.uid ?? last
    const isLast = rows.length < limit || newest!.created_modseq >= span.to
    const found = rows.filter(
      ({ modseq, created_modseq: came }) =>
        (modseq === came || modseq > span.to) && came > span.since && came <= span.to,
    )
    return {
      rows: found.map((item) => {
        const { created_modseq: came } = item
        return { modseq: came, value: { item, otherModseq: came } }
      }),
      next: isLast ? null : newest!.created_modseq + 1,
    }
  }
  return { after: span.since, read: (_, limit) => read(limit) }
}

/** So many items that came earlier may be read and passed over. */
const NEAR = 32

/**
 * A uid after which lies every item that came after `since`, and few others. Looked for from the newest on, in steps that double:
 * what it takes depends on how much came, not on how large the folder is.
 */
async function lastBefore(
  sql: Sql,
  open: OpenMailbox,
  folder: Pick<ChangedFolder, 'no' | 'uid_next'>,
  since: number,
): Promise<number> {
  const upTo = (uid: number) =>
    sql.get<{ uid: number; created_modseq: number }>(
      'SELECT uid, created_modseq FROM item WHERE mailbox = ? AND folder = ? AND uid <= ? ORDER BY uid DESC LIMIT 1',
      open.no,
      folder.no,
      uid,
    )
  // Up to `low` everything came before, from `high` on after.
  let low = 0
  let high = folder.uid_next
  for (let step = 1; step < high; step *= 2) {
    const row = await upTo(high - step)
    if (!row || row.created_modseq <= since) {
      low = high - step
      break
    }
    high = row.uid
  }
  while (high - low > NEAR) {
    const middle = low + Math.floor((high - low) / 2)
    const row = await upTo(middle)
    if (!row || row.created_modseq <= since) low = middle
    else high = row.uid
  }
  return low
}
