import type { KeptPolicy, PolicyMemory } from '#src/domain/delivery/policy-memory.ts'
import { BoundedRows } from './bounded-rows.ts'
import type { Driver, Sql } from './driver/driver.ts'

export function policyMemory(driver: Driver, most = 50_000): PolicyMemory {
  const rows = new BoundedRows(driver, { table: 'mail_policy', time: 'kept_at', most })
  return {
    async find(name, now) {
      const row = await driver.read.get<{ octets: Uint8Array; kept_at: number; expires_at: number }>(
        'SELECT octets, kept_at, expires_at FROM mail_policy WHERE name = ? AND expires_at > ?',
        name,
        now,
      )
      return row && { sealed: row.octets, keptAt: row.kept_at, expiresAt: row.expires_at }
    },

    async keep(name, { sealed, keptAt, expiresAt }: KeptPolicy) {
      const write = async (sql: Sql) => {
        await sql.run('DELETE FROM mail_policy WHERE expires_at <= ?', keptAt)
        await sql.run(
          `INSERT INTO mail_policy (name, octets, kept_at, expires_at) VALUES (?, ?, ?, ?)
          ON CONFLICT (name) DO UPDATE SET octets = excluded.octets, kept_at = excluded.kept_at,
          expires_at = excluded.expires_at`,
          name,
          sealed,
          keptAt,
          expiresAt,
        )
      }
      await rows.put(() => driver.transact(write))
    },
  }
}
