import type { EventEntry, EventQuery, IndexedEvent } from '#src/domain/mailbox/event-index.ts'
import { busyOrder } from '#src/domain/mailbox/event-index.ts'
import type { FolderNo, ItemNo } from '#src/domain/mailbox/item.ts'
import type { Page } from '#src/domain/mailbox/store.ts'
import type { Row, Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'

/**
 * Events lie in bins: of a day, of eight days, of 64 and so on, each event in the smallest bin that holds it whole. A
 * question about a week asks for its bins of each size, so it costs the same in a calendar of one year and of ten.
 */
const DAY_MS = 86_400_000
const LEVELS = 7
const ENDLESS = LEVELS

const sizeOf = (level: number): number => DAY_MS * 8 ** level

export function binOf(fromMs: number, toMs: number | null): { level: number; bin: number } {
  if (toMs === null) return { level: ENDLESS, bin: 0 }
  // An end at midnight belongs to the day before it.
  const last = Math.max(fromMs, toMs - 1)
  for (let level = 0; level < LEVELS; level++) {
    const bin = Math.floor(fromMs / sizeOf(level))
    if (Math.floor(last / sizeOf(level)) === bin) return { level, bin }
  }
  return { level: ENDLESS, bin: 0 }
}

const bit = { series: 8, floating: 16, private: 32 } as const

function stateOf(entry: EventEntry): number {
  const flags = (Object.keys(bit) as (keyof typeof bit)[]).filter((name) => entry[name])
  return flags.reduce((sum, name) => sum | bit[name], busyOrder.indexOf(entry.busy))
}

export const uidKey = (open: OpenMailbox, uid: string): Uint8Array => open.key.blind('event-uid', uid)

/** Puts an event into the index, or in place of what was there for that item; null takes it out. */
export async function putEvent(
  sql: Sql,
  open: OpenMailbox,
  item: number,
  entry: EventEntry | null,
): Promise<void> {
  await sql.run('DELETE FROM event WHERE mailbox = ? AND item = ?', open.no, item)
  if (entry === null) return
  const { level, bin } = binOf(entry.fromMs, entry.toMs)
  await sql.run(
    `INSERT INTO event (mailbox, item, uid_key, level, bin, from_ms, to_ms, state)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    open.no,
    item,
    uidKey(open, entry.uid),
    level,
    bin,
    entry.fromMs,
    entry.toMs,
    stateOf(entry),
  )
}

/** The entry of an item for its copy. */
export async function copyEvent(sql: Sql, open: OpenMailbox, item: number, copy: number): Promise<void> {
  await sql.run(
    `INSERT INTO event (mailbox, item, uid_key, level, bin, from_ms, to_ms, state)
    SELECT mailbox, CAST(? AS BIGINT), uid_key, level, bin, from_ms, to_ms, state FROM event
    WHERE mailbox = ? AND item = ?`,
    copy,
    open.no,
    item,
  )
}

type EventRow = Row & {
  item: number
  folder: number
  modseq: number
  from_ms: number
  to_ms: number | null
  state: number
}

const joined = 'event JOIN item ON item.mailbox = event.mailbox AND item.no = event.item'

/**
 * The bins lead, each to its stretch of the index. With a plus before it a column leads nowhere: by the order of items the whole
 * calendar would be read.
 */
const overlapping = (within: string): string => `WITH bin (level, low, high) AS (
  VALUES ${Array.from({ length: LEVELS }, () => '(CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT))').join(', ')}, (${ENDLESS}, 0, 0)
)
SELECT event.item, item.folder, item.modseq, event.from_ms, event.to_ms, event.state
FROM bin CROSS JOIN event CROSS JOIN item
WHERE event.mailbox = ? AND event.level = bin.level AND event.bin BETWEEN bin.low AND bin.high
AND item.mailbox = event.mailbox AND item.no = event.item
AND event.from_ms < ? AND (event.to_ms IS NULL OR event.to_ms > ? OR (event.to_ms = event.from_ms AND event.from_ms >= ?))
AND item.deleted_from IS NULL AND +event.item > ?${within} ORDER BY +event.item LIMIT ?`
const everywhere = overlapping('')
const inFolder = overlapping(' AND +item.folder = ?')

/** Events whose bins touch the window and whose times overlap it; those of the recoverable area are left out. */
export async function eventsIn(
  sql: Sql,
  open: OpenMailbox,
  { from, to, folder, after, limit }: EventQuery,
): Promise<Page<IndexedEvent, ItemNo>> {
  const bins = Array.from({ length: LEVELS }, (_, level) => [
    level,
    Math.floor(from / sizeOf(level)),
    Math.floor(Math.max(from, to - 1) / sizeOf(level)),
  ])
  const rows = await sql.all<EventRow>(
    folder === undefined ? everywhere : inFolder,
    ...bins.flat(),
    open.no,
    to,
    from,
    from,
    after ?? 0,
    ...(folder === undefined ? [] : [folder]),
    limit,
  )
  return { rows: rows.map(toEvent), next: rows.length < limit ? null : (rows.at(-1)!.item as ItemNo) }
}

function toEvent(row: EventRow): IndexedEvent {
  return {
    item: row.item as ItemNo,
    folder: row.folder as FolderNo,
    modseq: row.modseq,
    fromMs: row.from_ms,
    toMs: row.to_ms,
    busy: busyOrder[row.state & 7]!,
    series: (row.state & bit.series) !== 0,
    floating: (row.state & bit.floating) !== 0,
    private: (row.state & bit.private) !== 0,
  }
}

/** Events of a UID wherever they lie, those of the recoverable area last; at most 100. */
export async function eventsByUid(
  sql: Sql,
  open: OpenMailbox,
  uid: string,
): Promise<{ item: ItemNo; folder: FolderNo }[]> {
  const rows = await sql.all<{ item: number; folder: number }>(
    `SELECT event.item, item.folder FROM ${joined} WHERE event.mailbox = ? AND event.uid_key = ?
    ORDER BY item.deleted_from IS NOT NULL, event.item LIMIT 100`,
    open.no,
    uidKey(open, uid),
  )
  return rows.map((row) => ({ item: row.item as ItemNo, folder: row.folder as FolderNo }))
}
