import type { OrganizationId } from '#src/base/ids.ts'
import type { Store } from '../store.ts'
import { type DirectoryConnection, requireConnection } from './connection.ts'

/**
 * From now on the address book comes from there; the first run is due at once. Another source than before starts anew: what
 * only the old one had goes with the first run, if that is let to. Refuses `invalid-parameter`.
 */
export async function connectDirectory(
  store: Pick<Store, 'transact'>,
  organization: OrganizationId,
  connection: DirectoryConnection,
  now: number,
): Promise<void> {
  const checked = requireConnection(connection)
  await store.transact({ organization }, async ({ directorySync }) => {
    const before = await directorySync.findConnection(organization)
    await directorySync.putConnection(organization, checked, now)
    const record = await directorySync.findSync(organization)
    // Change numbers mean nothing to another source; after a disconnection nobody knows which one it was.
    if (record !== undefined && (before === undefined || !isSameSource(before, checked))) {
      const { pending } = record.state
      const state = { ...record.state, positions: [], pending: pending && { ...pending, positions: [] } }
      await directorySync.saveSync(organization, { state })
    }
  })
}

/** Nothing is read any more; what was brought in stays as it is. */
export async function disconnectDirectory(
  store: Pick<Store, 'transact'>,
  organization: OrganizationId,
): Promise<void> {
  await store.transact({ organization }, ({ directorySync }) =>
    directorySync.putConnection(organization, null, 0),
  )
}

function isSameSource(before: DirectoryConnection, after: DirectoryConnection): boolean {
  if (before.kind === 'ldif' || after.kind === 'ldif') return false
  const names = ({ domains }: typeof before) =>
    domains.map(({ name, base }) => `${name} ${base ?? ''}`).join()
  return names(before) === names(after) && before.addressList === after.addressList
}
