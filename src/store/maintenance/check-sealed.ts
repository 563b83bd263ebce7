import type { OrganizationId } from '#src/base/ids.ts'
import type { DataKey } from '../data-key.ts'
import type { Row, Sql, Value } from '../driver/driver.ts'
import { opens } from '../mailbox/checking.ts'
import { PAGE, paged } from './check-run.ts'

/** An organisation with its key. */
export type OpenOrganization = { org: OrganizationId; key: DataKey }

/** A table whose rows are sealed for their place, under the key of what they hang on, `H`. */
export type SealedTable<H, R extends Row = Row> = {
  table: string
  /** Columns that tell the rows of one holder apart, in the order of the primary key. */
  key: readonly string[]
  /** Other columns that are read. */
  columns: readonly string[]
  what(row: R): string
  /** Opens all that is sealed of a row; gives what its columns in clear have to say. */
  clear(holder: H, row: R): Readonly<Record<string, Value>>
  /** What has to be so, as a condition on the row `t`, and what is wrong where it is not. */
  needs?: readonly (readonly [condition: string, otherwise: string])[]
  /** Rows of one statement, where they are large. */
  page?: number
}

/** The column that names the holder, and what it says. */
type Held<H> = { column: 'org' | 'mailbox'; value: Value; holder: H }

/** Every row of these tables opens in its place and agrees with what is sealed in it. `sql` lets others have their turn. */
export async function checkSealed<H>(
  sql: Sql,
  found: (what: string) => void,
  held: Held<H>,
  tables: readonly SealedTable<H>[],
): Promise<void> {
  for (const each of tables) {
    for await (const row of rowsOf(sql, held, each)) {
      const what = each.what(row)
      for (const [at, [, otherwise]] of (each.needs ?? []).entries())
        if (row[`need_${at}`] === 0) found(`${what} ${otherwise}.`)
      const clear = await opens({ found }, what, () => each.clear(held.holder, row))
      for (const [column, value] of Object.entries(clear ?? {}))
        if (!same(row[column], value)) found(`${what} has another ${column} than what is sealed in it says.`)
    }
  }
}

function rowsOf<H>(sql: Sql, { column, value }: Held<H>, each: SealedTable<H>): AsyncGenerator<Row> {
  const order = each.key.map((name) => `t.${name}`).join(', ')
  const columns = [...each.key, ...each.columns].map((name) => `t.${name}`)
  const needs = (each.needs ?? []).map(
    ([condition], at) => `CASE WHEN ${condition} THEN 1 ELSE 0 END AS need_${at}`,
  )
  const head = `SELECT ${[...columns, ...needs].join(', ')} FROM ${each.table} t WHERE t.${column} = ?`
  const { page = PAGE } = each
  const tail = `ORDER BY ${order} LIMIT ${page}`
  const next = `${head} AND (${order}) > (${each.key.map(() => '?').join(', ')}) ${tail}`
  return paged<Row>(
    (last) =>
      last
        ? sql.all(next, value, ...each.key.map((name): Value => last[name] ?? null))
        : sql.all(`${head} ${tail}`, value),
    page,
  )
}

const same = (one: Value | undefined, other: Value): boolean =>
  one instanceof Uint8Array && other instanceof Uint8Array ? Buffer.compare(one, other) === 0 : one === other
