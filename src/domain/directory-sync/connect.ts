import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { type DirectoryConnection, type LdifConnection, requireConnection } from './connection.ts'
import { type DirectorySource, SourceFailure } from './source.ts'

/**
 * From now on the address book comes from there; the first run is due at once. Another source than before starts anew: what
 * only the old one had goes with the first run, if that is let to. Refuses `invalid-parameter`, and `invalid-configuration` for a file
 * that cannot be read, which is looked into first. Whether a server answers is for a preflight: it need not be there yet.
 */
export async function connectDirectory(
  store: Pick<Store, 'transact'>,
  organization: OrganizationId,
  connection: DirectoryConnection,
  now: number,
  open: (connection: LdifConnection) => DirectorySource,
): Promise<void> {
  const checked = requireConnection(connection)
  if (checked.kind === 'ldif') await lookInto(open(checked))
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

/** As far as the first recipients, or the end. Refuses `invalid-configuration`. */
async function lookInto(source: DirectorySource): Promise<void> {
  const signal = AbortSignal.timeout(LOOK_MS)
  try {
    const reading = await source.read({ since: [], full: 'asked', signal })
    try {
      for await (const { objects, omitted } of reading.changes())
        if (objects.length + omitted.length > 0) return
    } finally {
      await reading.close()
    }
  } catch (error) {
    // A file so long without a recipient at its beginning is for the run to judge.
    if (signal.aborted) return
    if (!(error instanceof SourceFailure)) throw error
    throw new Refusal('invalid-configuration', error.message, { cause: error })
  }
  throw new Refusal(
    'invalid-configuration',
    `${source.name} has no recipients: no user, group or contact in it has a mailNickname. Export it with all attributes: ldifde -f directory.ldf`,
  )
}

const LOOK_MS = 10_000

/** Nothing is read any more; what was brought in stays as it is. */
export async function disconnectDirectory(
  store: Pick<Store, 'transact'>,
  organization: OrganizationId,
): Promise<void> {
  await store.transact({ organization }, ({ directorySync }) =>
    directorySync.putConnection(organization, null, 0),
  )
}

/** Has the next run come as soon as the clock looks again, where a directory was ever connected; `now` in epoch milliseconds. */
export async function bringForward(
  store: Pick<Store, 'transact'>,
  organization: OrganizationId,
  now: number,
): Promise<void> {
  await store.transact({ organization }, async ({ directorySync }) => {
    if (await directorySync.findSync(organization)) await directorySync.saveSync(organization, { dueAt: now })
  })
}

function isSameSource(before: DirectoryConnection, after: DirectoryConnection): boolean {
  if (before.kind === 'ldif' || after.kind === 'ldif') return false
  const names = ({ domains }: typeof before) =>
    domains.map(({ name, base }) => `${name} ${base ?? ''}`).join()
  return (
    names(before) === names(after) &&
    before.addressList === after.addressList &&
    before.accounts === after.accounts
  )
}
