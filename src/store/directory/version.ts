import type { OrganizationId } from '#src/base/ids.ts'
import type { Sql } from '../driver/driver.ts'

/** Takes the next version of an organisation's directory: every change has its own. */
export function nextVersion(sql: Sql, org: OrganizationId): Promise<number> {
  return nextVersions(sql, org, 1)
}

/** Takes the next versions for so many changes; the first of them. */
export async function nextVersions(sql: Sql, org: OrganizationId, count: number): Promise<number> {
  const row = await sql.get<{ version: number }>(
    `INSERT INTO directory_state (org, version, forgotten_version) VALUES (?, ?, 0)
     ON CONFLICT (org) DO UPDATE SET version = directory_state.version + excluded.version RETURNING version`,
    org,
    count,
  )
  return row!.version - count + 1
}

/** Marks an entry as changed. Answers whether it is there. */
export async function touchEntry(sql: Sql, org: OrganizationId, entry: string): Promise<boolean> {
  const version = await nextVersion(sql, org)
  return (
    (await sql.run('UPDATE directory_entry SET version = ? WHERE org = ? AND id = ?', version, org, entry)) >
    0
  )
}
