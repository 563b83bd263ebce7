import type { Driver, Sql } from '../driver/driver.ts'
import { dayNumber } from './trace.ts'

/** What goes by age: each table with its column of time and the rest of its key. */
const aged = [
  { table: 'trace_event', time: 'at', key: 'at, no' },
  { table: 'trace_key', time: 'day', key: 'day, search_key, at, no' },
  { table: 'send_count', time: 'day', key: 'day, entry' },
] as const

/** Goes from one organisation to the next by the index of each table; true when nothing so old is left. Needs no key. */
export async function forgetTrace(driver: Driver, before: number, limit: number): Promise<boolean> {
  const bounds = {
    trace_event: before,
    trace_key: dayNumber(before),
    send_count: new Date(before).toISOString().slice(0, 10),
  }
  await driver.transact((sql) => sql.run('DELETE FROM account_sending WHERE day < ?', bounds.send_count))
  let left = limit
  for (const { table, time, key } of aged) {
    for (let org = ''; ; ) {
      const next = await driver.read.get<{ org: string }>(
        `SELECT org FROM ${table} WHERE org > ? ORDER BY org LIMIT 1`,
        org,
      )
      if (!next) break
      org = next.org
      left -= await driver.transact((sql) => removeOld(sql, { table, time, key }, org, bounds[table], left))
      if (left <= 0) return false
    }
  }
  return true
}

async function removeOld(
  sql: Sql,
  { table, time, key }: { table: string; time: string; key: string },
  org: string,
  before: number | string,
  limit: number,
): Promise<number> {
  return sql.run(
    `DELETE FROM ${table} WHERE org = ? AND (${key}) IN
     (SELECT ${key} FROM ${table} WHERE org = ? AND ${time} < ? ORDER BY ${key} LIMIT ?)`,
    org,
    org,
    before,
    limit,
  )
}
