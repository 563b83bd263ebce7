import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { MigrationReader, MigrationWriter, ReturnRow, ReturnState } from '#src/domain/migration/store.ts'
import type { Value } from '../driver/driver.ts'
import type { OpenMailbox, Session } from '../session.ts'

type Reads = Pick<MigrationReader, 'findReturns' | 'listReturns' | 'countReturns'>
type Writes = Pick<MigrationWriter, 'putReturn' | 'forgetReturns'>

/** Items that one statement names. */
const BLOCK = 32
/** Rows that are opened together where all are looked at. */
const ROWS_AT_ONCE = 500
const blockMarks = Array(BLOCK).fill('?').join(', ')

type Row = { item: number; state: string; attempts: number; size_bytes: number; sealed: Uint8Array }
const COLUMNS = 'item, state, attempts, size_bytes, sealed'
/** What is sealed of it. */
type Words = Omit<ReturnRow, 'item' | 'state' | 'attempts' | 'sizeBytes'>

export const returnPlace = (open: OpenMailbox, item: number) => `migration-return:${open.no}:${item}`

const toReturn = (open: OpenMailbox, row: Row): ReturnRow => ({
  ...open.key.openJson<Words>(returnPlace(open, row.item), row.sealed),
  item: row.item as ItemNo,
  state: row.state as ReturnState,
  attempts: row.attempts,
  sizeBytes: row.size_bytes,
})

/** In order of their items' numbers, some at a time; `state` undefined: whatever they are in. */
async function* everyReturn(
  sql: Session['sql'],
  open: OpenMailbox,
  state?: ReturnState,
): AsyncGenerator<ReturnRow> {
  for (let after = 0; ; ) {
    const rows = await sql.all<Row>(
      `SELECT ${COLUMNS} FROM migration_return WHERE mailbox = ? AND item > ? AND (? IS NULL OR state = ?)
      ORDER BY item LIMIT ${ROWS_AT_ONCE}`,
      open.no,
      after,
      state ?? null,
      state ?? null,
    )
    for (const row of rows) yield toReturn(open, row)
    if (rows.length < ROWS_AT_ONCE) return
    after = rows.at(-1)!.item
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
          `SELECT ${COLUMNS} FROM migration_return WHERE mailbox = ? AND item IN (${blockMarks})`,
          open.no,
          ...block,
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
      const rows = await sql.all<Row>(
        `SELECT ${COLUMNS} FROM migration_return WHERE mailbox = ? AND item > ? AND (? IS NULL OR state = ?)
        ORDER BY item LIMIT ?`,
        open.no,
        after ?? 0,
        state ?? null,
        state ?? null,
        limit,
      )
      const all = rows.map((row) => toReturn(open, row))
      return {
        rows: source === undefined ? all : all.filter((row) => row.source === source),
        next: rows.length < limit ? null : rows.at(-1)!.item,
      }
    },

    async countReturns(at, source) {
      const open = await keys.mailbox(at)
      const counts: Record<ReturnState, number> = { sent: 0, returned: 0, left: 0 }
      for await (const row of everyReturn(sql, open)) if (row.source === source) counts[row.state]++
      return counts
    },
  }
}

export function returnWrites({ sql, keys }: Session): Writes {
  return {
    async putReturn(at, { item, state, attempts, sizeBytes, ...words }) {
      const open = await keys.mailbox(at)
      await sql.run(
        `INSERT INTO migration_return (mailbox, item, state, attempts, size_bytes, sealed) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (mailbox, item) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,
          size_bytes = excluded.size_bytes, sealed = excluded.sealed`,
        open.no,
        item,
        state,
        attempts,
        sizeBytes,
        open.key.sealJson(returnPlace(open, item), words satisfies Words),
      )
    },

    async forgetReturns(at, source, state) {
      const open = await keys.mailbox(at)
      for await (const row of everyReturn(sql, open, state))
        if (row.source === source)
          await sql.run('DELETE FROM migration_return WHERE mailbox = ? AND item = ?', open.no, row.item)
    },
  }
}
