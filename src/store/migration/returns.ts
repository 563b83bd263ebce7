import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { MigrationReader, MigrationWriter, ReturnRow, ReturnState } from '#src/domain/migration/store.ts'
import type { Value } from '../driver/driver.ts'
import type { OpenMailbox, Session } from '../session.ts'
import { sourceKey } from './ledger-folders.ts'

type Reads = Pick<MigrationReader, 'findReturns' | 'listReturns' | 'countReturns'>
type Writes = Pick<MigrationWriter, 'putReturn' | 'forgetReturns'>

/** Items that one statement names. */
const BLOCK = 32
/** Rows that are opened together where all are looked at. */
const ROWS_AT_ONCE = 500
const blockMarks = Array(BLOCK).fill('?').join(', ')

type Row = {
  item: number
  source_key: Uint8Array
  state: string
  attempts: number
  size_bytes: number
  sealed: Uint8Array
}
const COLUMNS = 'item, source_key, state, attempts, size_bytes, sealed'
/** What is sealed of it. */
type Words = Omit<ReturnRow, 'item' | 'state' | 'attempts' | 'sizeBytes'>

/** Of rows that earlier versions wrote: only what is sealed in them says whose they are. */
const UNTOLD = Buffer.alloc(0)

/** One for all sources of an item: whose a row is, is sealed in it. */
const returnPlace = (open: OpenMailbox, item: number) => `migration-return:${open.no}:${item}`

export const openReturn = (open: OpenMailbox, { item, sealed }: Pick<Row, 'item' | 'sealed'>): Words =>
  open.key.openJson<Words>(returnPlace(open, item), sealed)

const toReturn = (open: OpenMailbox, row: Row): ReturnRow => ({
  ...openReturn(open, row),
  item: row.item as ItemNo,
  state: row.state as ReturnState,
  attempts: row.attempts,
  sizeBytes: row.size_bytes,
})

/** Of a source, in order of their items' numbers, some at a time; `state` undefined: whatever they are in. */
async function* everyReturn(
  sql: Session['sql'],
  open: OpenMailbox,
  source: string,
  state?: ReturnState,
): AsyncGenerator<{ row: Row; told: ReturnRow }> {
  let [item, key]: [number, Uint8Array] = [0, UNTOLD]
  for (;;) {
    const rows: Row[] = await sql.all<Row>(
      `SELECT ${COLUMNS} FROM migration_return WHERE mailbox = ? AND (item > ? OR (item = ? AND source_key > ?))
        AND source_key IN (?, ?) AND (? IS NULL OR state = ?)
      ORDER BY item, source_key LIMIT ${ROWS_AT_ONCE}`,
      open.no,
      item,
      item,
      key,
      UNTOLD,
      sourceKey(open, source),
      state ?? null,
      state ?? null,
    )
    for (const row of rows) {
      const told = toReturn(open, row)
      if (told.source === source) yield { row, told }
    }
    if (rows.length < ROWS_AT_ONCE) return
    ;({ item, source_key: key } = rows.at(-1)!)
  }
}

export function returnReads({ sql, keys }: Session): Reads {
  return {
    async findReturns(at, source, items) {
      const open = await keys.mailbox(at)
      const found = new Map<ItemNo, ReturnRow>()
      for (let from = 0; from < items.length; from += BLOCK) {
        const block: Value[] = items.slice(from, from + BLOCK)
        while (block.length < BLOCK) block.push(null)
        const rows = await sql.all<Row>(
          `SELECT ${COLUMNS} FROM migration_return
          WHERE mailbox = ? AND item IN (${blockMarks}) AND source_key IN (?, ?)`,
          open.no,
          ...block,
          UNTOLD,
          sourceKey(open, source),
        )
        for (const row of rows) {
          const known = toReturn(open, row)
          if (known.source === source) found.set(known.item, known)
        }
      }
      return found
    },

    async listReturns(at, { source, state, after, limit }) {
      const open = await keys.mailbox(at)
      const of = [open.no, after ?? 0, state ?? null, state ?? null]
      // All rows of an item are on one page.
      const rows = await sql.all<Row>(
        `SELECT ${COLUMNS} FROM migration_return
        WHERE mailbox = ? AND item > ? AND (? IS NULL OR state = ?) AND item <= (SELECT MAX(item) FROM (
          SELECT DISTINCT item FROM migration_return WHERE mailbox = ? AND item > ? AND (? IS NULL OR state = ?)
          ORDER BY item LIMIT ?) AS page)
        ORDER BY item, source_key`,
        ...of,
        ...of,
        limit,
      )
      const all = rows.map((row) => toReturn(open, row))
      const isLast = new Set(rows.map(({ item }) => item)).size < limit
      return {
        rows: source === undefined ? all : all.filter((row) => row.source === source),
        next: isLast ? null : rows.at(-1)!.item,
      }
    },

    async countReturns(at, source) {
      const open = await keys.mailbox(at)
      const counts: Record<ReturnState, number> = { sent: 0, returned: 0, left: 0 }
      for await (const { told } of everyReturn(sql, open, source)) counts[told.state]++
      return counts
    },
  }
}

export function returnWrites({ sql, keys }: Session): Writes {
  const remove = (open: OpenMailbox, { item, source_key }: Pick<Row, 'item' | 'source_key'>) =>
    sql.run(
      'DELETE FROM migration_return WHERE mailbox = ? AND item = ? AND source_key = ?',
      open.no,
      item,
      source_key,
    )
  return {
    async putReturn(at, { item, state, attempts, sizeBytes, ...words }) {
      const open = await keys.mailbox(at)
      const [untold] = await sql.all<Row>(
        `SELECT ${COLUMNS} FROM migration_return WHERE mailbox = ? AND item = ? AND source_key = ?`,
        open.no,
        item,
        UNTOLD,
      )
      if (untold !== undefined && openReturn(open, untold).source === words.source) await remove(open, untold)
      const source_key = sourceKey(open, words.source)
      await sql.run(
        `INSERT INTO migration_return (mailbox, item, source_key, state, attempts, size_bytes, sealed)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (mailbox, item, source_key) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,
          size_bytes = excluded.size_bytes, sealed = excluded.sealed`,
        open.no,
        item,
        source_key,
        state,
        attempts,
        sizeBytes,
        open.key.sealJson(returnPlace(open, item), words satisfies Words),
      )
    },

    async forgetReturns(at, source, state) {
      const open = await keys.mailbox(at)
      for await (const { row } of everyReturn(sql, open, source, state)) await remove(open, row)
    },
  }
}
