import type { Sql } from '../driver/driver.ts'

/** Every table of mail on its way and of where it goes, with the columns that tell its rows apart within an organisation. */
const TABLES = [
  ['queue_recipient', 'message, route_key, no'],
  ['queue_route', 'route_key'],
  ['queue_message', 'id'],
  ['trace_key', 'day, search_key, at, no'],
  ['trace_event', 'at, no'],
  ['send_count', 'day, entry'],
  ['gateway_recipient', 'pattern_key'],
  ['gateway', 'name_key'],
] as const

/** The first organisation after `after` of which there is anything here. Needs no key. */
export async function nextWithDelivery(sql: Sql, after: string): Promise<string | undefined> {
  const found: string[] = []
  for (const [table] of TABLES) {
    const row = await sql.get<{ org: string }>(
      `SELECT org FROM ${table} WHERE org > ? ORDER BY org LIMIT 1`,
      after,
    )
    if (row) found.push(row.org)
  }
  return found.sort()[0]
}

/** Deletes what is left of an organisation that was destroyed, at most `limit` rows; true when nothing is. Needs no key. */
export async function eraseDelivery(sql: Sql, org: string, limit: number): Promise<boolean> {
  let left = limit
  for (const [table, key] of TABLES) {
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
