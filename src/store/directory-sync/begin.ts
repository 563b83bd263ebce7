import type { OrganizationId } from '#src/base/ids.ts'
import type { Driver } from '../driver/driver.ts'

/**
 * Frees the leases of the process before, which alone had this store, and names the organisations whose directory it was
 * changing when it ended. A run that ended with it is due again once its lease would be over, and not at once, lest it was what
 * ended the process. Needs no key.
 */
export async function beginSync(driver: Driver): Promise<readonly OrganizationId[]> {
  const leased = await driver.read.get('SELECT org FROM directory_sync WHERE lease_token IS NOT NULL LIMIT 1')
  if (leased) {
    await driver.transact((sql) =>
      sql.run(
        `UPDATE directory_sync SET due_at = CASE WHEN leased_until < due_at THEN leased_until ELSE due_at END,
           lease_token = NULL, leased_until = NULL WHERE lease_token IS NOT NULL`,
      ),
    )
  }
  const rows = await driver.read.all<{ org: OrganizationId }>(
    'SELECT org FROM directory_sync WHERE applying IS NOT NULL',
  )
  return rows.map(({ org }) => org)
}
