import type { OrganizationId } from '#src/base/ids.ts'
import type { Driver } from '../driver/driver.ts'
import { announceRoute } from './routes.ts'

/** Rows in one transaction. */
const PAGE = 500

/**
 * Frees every lease, a page in each transaction; how many recipients. Nobody knows how far those attempts came, so each
 * counts as one whose end is uncertain. Needs no key.
 */
export async function freeLeases(driver: Driver): Promise<number> {
  for (let freed = 0; ; ) {
    const page = await driver.transact(async (sql) => {
      const rows = await sql.all<{ org: OrganizationId; message: string; route_key: Uint8Array; no: number }>(
        `SELECT org, message, route_key, no FROM queue_recipient WHERE lease_token IS NOT NULL LIMIT ${PAGE}`,
      )
      for (const { org, message, route_key, no } of rows) {
        const [row] = await sql.all<{ next_attempt_at: number }>(
          `UPDATE queue_recipient SET ready_at = next_attempt_at, leased_until = NULL, lease_token = NULL,
            attempts = attempts + 1, uncertain_attempts = uncertain_attempts + 1
           WHERE org = ? AND message = ? AND route_key = ? AND no = ? RETURNING next_attempt_at`,
          org,
          message,
          route_key,
          no,
        )
        await announceRoute(sql, org, route_key, row!.next_attempt_at)
      }
      return rows.length
    })
    freed += page
    if (page < PAGE) return freed
  }
}
