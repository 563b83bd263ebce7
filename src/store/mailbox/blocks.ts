import type { Row, Sql, Value } from '../driver/driver.ts'

/** How many keys one statement names: a constant text serves lists of any length, a block at a time. */
const BLOCK = 32
const marks = Array(BLOCK).fill('?').join(', ')
const rows = Array(BLOCK).fill('(CAST(? AS BIGINT))').join(', ')

/**
 * `FROM` a table of keys, `wanted.column1`, whose parameters stand before all others. Where several indexes begin
 * alike, SQLite prefers to read a whole range to a long `IN`; behind a CROSS JOIN each key is a seek of its own.
 */
export const wanted = `(VALUES ${rows}) AS wanted CROSS JOIN`

/**
 * Runs `text` once per 32 keys. In it, `KEYS` stands for a block of keys at the end of its parameters; without it
 * the block stands in `wanted`. A block that is not full is filled with null, which is equal to nothing.
 */
export async function allOf<R extends Row>(
  sql: Sql,
  text: string,
  values: readonly Value[],
  keys: readonly number[],
): Promise<R[]> {
  const statement = text.replace('KEYS', marks)
  const keysLast = statement !== text
  const found: R[] = []
  for (let at = 0; at < keys.length; at += BLOCK) {
    const block: Value[] = keys.slice(at, at + BLOCK)
    while (block.length < BLOCK) block.push(null)
    const parameters = keysLast ? [...values, ...block] : [...block, ...values]
    for (const row of await sql.all<R>(statement, ...parameters)) found.push(row)
  }
  return found
}
