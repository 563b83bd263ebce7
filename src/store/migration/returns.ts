import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { MigrationReader, MigrationWriter, ReturnRow, ReturnState } from '#src/domain/migration/store.ts'
import type { Value } from '../driver/driver.ts'
import type { OpenMailbox, Session } from '../session.ts'

type Reads = Pick<MigrationReader, 'findReturns' | 'listReturns' | 'countReturns'>
type Writes = Pick<MigrationWriter, 'putReturn' | 'forgetReturns'>

/** Items that one statement names. */
const BLOCK = 32
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

export function returnReads({ sql, keys }: Session): Reads {
  return {
    async findReturns(at, items) {
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
        for (const row of rows) found.set(row.item as ItemNo, toReturn(open, row))
      }
      return found
    },

    async listReturns(at, { state, after, limit }) {
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
      return {
        rows: rows.map((row) => toReturn(open, row)),
        next: rows.length < limit ? null : rows.at(-1)!.item,
      }
    },

    async countReturns(at) {
      const open = await keys.mailbox(at)
      const counts: Record<ReturnState, number> = { sent: 0, returned: 0, left: 0 }
      const rows = await sql.all<{ state: string; n: number }>(
        'SELECT state, COUNT(*) AS n FROM migration_return WHERE mailbox = ? GROUP BY state',
        open.no,
      )
      for (const { state, n } of rows) counts[state as ReturnState] = n
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

    async forgetReturns(at, state) {
      const open = await keys.mailbox(at)
      await sql.run('DELETE FROM migration_return WHERE mailbox = ? AND state = ?', open.no, state)
    },
  }
}
