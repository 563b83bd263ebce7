import type { FolderNo, Item, ItemNo, ItemPart } from '#src/domain/mailbox/item.ts'
import type { ItemOrder, Page } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { allOf, wanted } from './blocks.ts'
import { type ItemRow, itemColumns, toStates } from './item-row.ts'
import { openParts } from './sealed-parts.ts'

type SealedRow = ItemRow & { listing: Uint8Array | null; detail: Uint8Array | null }

/** What a statement reads: with nothing asked for, the sealed table is not touched. */
type Reading = 'state' | 'listing' | 'detail'

function readingOf(parts: readonly ItemPart[]): Reading {
  if (parts.length === 0) return 'state'
  return parts.includes('content') || parts.includes('properties') ? 'detail' : 'listing'
}

const sealed = ' LEFT JOIN item_sealed ON item_sealed.no = item.sealed'
const columns = {
  state: itemColumns,
  listing: `${itemColumns}, item_sealed.listing`,
  detail: `${itemColumns}, item_sealed.listing, item_sealed.detail`,
} satisfies Record<Reading, string>

/** The same statement for each reading; `from` is what stands before the table. */
function texts(tail: string, from = ''): Record<Reading, string> {
  const text = (reading: Reading) =>
    `SELECT ${columns[reading]} FROM ${from} item${reading === 'state' ? '' : sealed} ${tail}`
  return { state: text('state'), listing: text('listing'), detail: text('detail') }
}

const byUid = texts(
  'WHERE item.mailbox = ? AND item.folder = ? AND item.uid > ? AND item.uid <= ? ORDER BY item.uid LIMIT ?',
)
const newest = texts(
  'WHERE item.mailbox = ? AND item.folder = ? ORDER BY item.received_at DESC, item.no DESC LIMIT ?',
)
const newestAfter = texts(
  `WHERE item.mailbox = ? AND item.folder = ? AND (item.received_at, item.no) < (?, ?)
  ORDER BY item.received_at DESC, item.no DESC LIMIT ?`,
)
const byNo = texts('WHERE item.mailbox = ? AND item.no IN (KEYS)')
const byUids = texts('WHERE item.mailbox = ? AND item.folder = ? AND item.uid = wanted.column1', wanted)

type Listing = {
  order: ItemOrder
  after?: number | string | null
  limit: number
  parts?: readonly ItemPart[]
  uidTo?: number
}

export async function listItems(
  sql: Sql,
  open: OpenMailbox,
  folder: FolderNo,
  { order, after, limit, parts = [], uidTo = Number.MAX_SAFE_INTEGER }: Listing,
): Promise<Page<Item, number | string>> {
  const reading = readingOf(parts)
  if (order === 'uid' && !Number.isSafeInteger(Number(after ?? 0))) throw strangePlace()
  const rows =
    order === 'uid'
      ? await sql.all<SealedRow>(byUid[reading], open.no, folder, Number(after ?? 0), uidTo, limit)
      : await newestRows(sql, open, folder, reading, after, limit)
  const last = rows.length < limit ? undefined : rows.at(-1)
  const next = last && (order === 'uid' ? last.uid : `${last.received_at}:${last.no}`)
  return { rows: await toItems(sql, open, rows, parts), next: next ?? null }
}

function newestRows(
  sql: Sql,
  open: OpenMailbox,
  folder: FolderNo,
  reading: Reading,
  after: number | string | null | undefined,
  limit: number,
): Promise<SealedRow[]> {
  if (after === undefined || after === null) {
    return sql.all<SealedRow>(newest[reading], open.no, folder, limit)
  }
  const match = /^(-?\d{1,16}):(\d{1,16})$/.exec(String(after))
  if (!match) throw strangePlace()
  const [receivedAt, no] = [Number(match[1]), Number(match[2])]
  return sql.all<SealedRow>(newestAfter[reading], open.no, folder, receivedAt, no, limit)
}

function strangePlace(): Refusal {
  return new Refusal('invalid-parameter', 'This place in the list was not given by it. Begin at its start.')
}

export async function getItems(
  sql: Sql,
  open: OpenMailbox,
  items: readonly ItemNo[],
  parts: readonly ItemPart[] = [],
): Promise<Item[]> {
  const rows = await allOf<SealedRow>(sql, byNo[readingOf(parts)], [open.no], items)
  const found = new Map((await toItems(sql, open, rows, parts)).map((item) => [item.no, item]))
  return items.flatMap((no) => found.get(no) ?? [])
}

export async function getItemsByUid(
  sql: Sql,
  open: OpenMailbox,
  folder: FolderNo,
  uids: readonly number[],
  parts: readonly ItemPart[] = [],
): Promise<Item[]> {
  if (uids.length > 1_000) throw new RangeError('At most 1,000 uids a call')
  const ascending = [...new Set(uids)].sort((a, b) => a - b)
  const rows = await allOf<SealedRow>(sql, byUids[readingOf(parts)], [open.no, folder], ascending)
  return toItems(
    sql,
    open,
    rows.sort((a, b) => a.uid - b.uid),
    parts,
  )
}

/** Rows of items by number, in the order asked for and each once; those that are not there are left out. */
export async function getItemRows(sql: Sql, open: OpenMailbox, items: readonly ItemNo[]): Promise<ItemRow[]> {
  const numbers = [...new Set(items)]
  const rows = await allOf<ItemRow>(sql, byNo.state, [open.no], numbers)
  const found = new Map(rows.map((row) => [row.no, row]))
  return numbers.flatMap((no) => found.get(no) ?? [])
}

async function toItems(
  sql: Sql,
  open: OpenMailbox,
  rows: readonly SealedRow[],
  parts: readonly ItemPart[],
): Promise<Item[]> {
  const states = await toStates(sql, open, rows)
  if (parts.length === 0) return states
  return states.map((state, at) => ({
    ...state,
    ...openParts(open, state.no, state.body, rows[at]!, parts),
  }))
}
