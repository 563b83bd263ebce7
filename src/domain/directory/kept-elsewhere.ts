import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { Entry } from './entry.ts'

/** Says no to an edit of an entry that another directory is the authority for. */
type RequireKeptHere = (entry: Pick<Entry, 'kind' | 'name' | 'source'>) => void

/**
 * While interoperability is on, what comes from the directory of Exchange is edited there and nowhere else (INT-09, DIR-03).
 * Asked once before a transaction. Refuses `not-supported`.
 */
export async function keptElsewhere(
  store: Pick<Store, 'organizations'>,
  organization: OrganizationId,
): Promise<RequireKeptHere> {
  const { settings } = await store.organizations.get(organization)
  return ({ kind, name, source }) => {
    if (source === undefined || !settings.interoperability) return
    if (source.type === 'account') throw new Refusal('not-supported', isAccount(name))
    throw new Refusal(
      'not-supported',
      `The ${kind} "${name}" comes from the directory of Exchange. Change it there; "landbridge gal sync" brings the change over.`,
    )
  }
}

/**
 * What people may not edit here of accounts of an Active Directory, as long as one is connected: everything but their addresses and
 * whether they are enabled (DIR-03). Refuses `not-supported`.
 */
export async function keptAsAccount(
  store: Pick<Store, 'directorySync'>,
  organization: OrganizationId,
): Promise<RequireKeptHere> {
  const isConnected = (await store.directorySync.synchronizedAt(organization)) !== null
  return ({ name, source }) => {
    if (source?.type !== 'account' || !isConnected) return
    throw new Refusal('not-supported', isAccount(name))
  }
}

const isAccount = (name: string): string =>
  `The user "${name}" is an account of Active Directory. Change it there, its password too; "landbridge gal sync" brings the change over.`

/**
 * While interoperability is on, resources are made here only where Exchange can reach them: in an organisation with a routing domain
 * (INT-08; docs/decisions/0005). Refuses `not-supported` elsewhere.
 */
export async function requireResourcesHere(
  store: Pick<Store, 'organizations' | 'directory'>,
  organization: OrganizationId,
): Promise<void> {
  const { settings } = await store.organizations.get(organization)
  if (!settings.interoperability) return
  const { routingDomain } = await store.directory.settings(organization)
  if (routingDomain !== null) return
  throw new Refusal(
    'not-supported',
    'While interoperability is on, resources are made in Exchange: without a routing domain Exchange could not reach one that is here. Choose a routing domain first; or turn interoperability off, make the resource, and turn it on again.',
  )
}
