import type { OrganizationId } from '#src/base/ids.ts'
import { syncTables } from '../directory-sync/erase.ts'
import type { Sql } from '../driver/driver.ts'
import { eraseRows } from '../erase-rows.ts'
import { migrationTables } from '../migration/erase.ts'

/** Every table of the directory with its key; domains first, so that their names are free for others at once. */
const TABLES = [
  ['mail_domain', 'name'],
  ['availability', 'org, domain_key'],
  ['directory_credential', 'org, entry'],
  ['access_token', 'org, id'],
  ['directory_address', 'org, address_key'],
  ['directory_attachment', 'org, entry, kind'],
  ['directory_member', 'org, grp, member'],
  ['directory_permission', 'org, owner, grantee'],
  ['resource_delegate', 'org, resource, delegate'],
  ['folder_permission', 'org, mailbox, folder, grantee'],
  ...syncTables,
  ...migrationTables,
  ['directory_entry', 'org, id'],
  ['directory_gone', 'org, version'],
  ['directory_state', 'org'],
] as const

/**
 * Deletes what is left of the directory of an organisation that was destroyed, at most `limit` rows (domains, of
 * which there are few, all at once). True when nothing is left. Needs no key.
 */
export async function eraseDirectory(sql: Sql, org: OrganizationId, limit: number): Promise<boolean> {
  await sql.run('DELETE FROM mail_domain WHERE org = ?', org)
  return eraseRows(sql, TABLES, org, limit)
}
