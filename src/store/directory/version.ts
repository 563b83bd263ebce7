import type { OrganizationId } from '#src/base/ids.ts'
import type { Sql } from '../driver/driver.ts'

/** Takes the next version of an organisation's directory: every change has its own. */
export async function nextVersion(sql: Sql, org: OrganizationId): Promise<number> {
  const row = await sql.get<{ version: number }>(
    `INSERT INTO directory_state (org, version, forgotten_version) VALUES (?, 1, 0)
     ON CONFLICT (org) DO UPDATE SET version = directory_state.version + 1 RETURNING version`,
    org,
  )
  return row!.version
}

/** Marks an entry as changed. Answers whether it is there. */
export async function touchEntry(sql: Sql, org: OrganizationId, entry: string): Promise<boolean> {
  const version = await nextVersion(sql, org)
  return (
    (await sql.run('UPDATE directory_entry SET version = ? WHERE org = ? AND id = ?', version, org, entry)) >
    0
  )
}
