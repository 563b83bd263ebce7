import type { Sql } from '../driver/driver.ts'
import { eraseRows } from '../erase-rows.ts'

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

/** Deletes what is left of the mail of an organisation that was destroyed, at most `limit` rows; true when nothing is. Needs no key. */
export const eraseDelivery = (sql: Sql, org: string, limit: number): Promise<boolean> =>
  eraseRows(sql, TABLES, org, limit)
