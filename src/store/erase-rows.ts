import type { Sql } from './driver/driver.ts'

/**
 * Deletes what is left of an organisation in tables that have a column `org`, each named with the columns that tell its rows
 * apart: table after table, at most `limit` rows. True when nothing is left. Needs no key.
 */
export async function eraseRows(
  sql: Sql,
  tables: readonly (readonly [table: string, key: string])[],
  org: string,
  limit: number,
): Promise<boolean> {
  let left = limit
  for (const [table, key] of tables) {
    left -= await sql.run(
      `DELETE FROM ${table} WHERE org = ? AND (${key}) IN (SELECT ${key} FROM ${table} WHERE org = ? LIMIT ?)`,
      org,
      org,
      left,
    )
    if (left <= 0) return false
  }
  return true
}
