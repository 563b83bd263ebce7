import type { OrganizationId } from '#src/base/ids.ts'
import type { Sql } from '../driver/driver.ts'

/** Something is ready there at `readyAt`, perhaps earlier than what was known. */
export async function announceRoute(
  sql: Sql,
  org: OrganizationId,
  route: Uint8Array,
  readyAt: number,
): Promise<void> {
  await sql.run(
    `INSERT INTO queue_route (org, route_key, ready_at) VALUES (?, ?, ?) ON CONFLICT (org, route_key) DO UPDATE SET
     ready_at = CASE WHEN excluded.ready_at < queue_route.ready_at THEN excluded.ready_at ELSE queue_route.ready_at END`,
    org,
    route,
    readyAt,
  )
}

/** Looks anew at when something of the route is ready; a route without recipients goes. */
export async function settleRoute(sql: Sql, org: OrganizationId, route: Uint8Array): Promise<void> {
  const first = await sql.get<{ ready_at: number }>(
    'SELECT ready_at FROM queue_recipient WHERE org = ? AND route_key = ? ORDER BY ready_at LIMIT 1',
    org,
    route,
  )
  if (first) {
    await sql.run(
      `INSERT INTO queue_route (org, route_key, ready_at) VALUES (?, ?, ?)
       ON CONFLICT (org, route_key) DO UPDATE SET ready_at = excluded.ready_at`,
      org,
      route,
      first.ready_at,
    )
  } else await sql.run('DELETE FROM queue_route WHERE org = ? AND route_key = ?', org, route)
}
