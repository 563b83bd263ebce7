import type { OrganizationId } from '#src/base/ids.ts'
import { domainOf } from '../../directory/address.ts'
import type { Entry } from '../../directory/entry.ts'
import type { DirectoryReader } from '../../directory/store.ts'
import { type Addresses, addressKey } from './people.ts'

/** Somebody behind an address, as far as the directory knows. */
export type Person = {
  entry: Entry | undefined
  /** The address itself, and every other of the same entry. */
  addresses: Addresses
  /** A colleague here or on the Exchange side, or an address of the organisation's own domains. */
  internal: boolean
}

const MOST_GROUPS = 100

export const addressesOfEntry = (entry: Pick<Entry, 'addresses'>): string[] =>
  entry.addresses.map(({ address }) => addressKey(address))

export async function personOf(
  directory: DirectoryReader,
  organization: OrganizationId,
  address: string,
  known?: Entry,
): Promise<Person> {
  const entry = known ?? (address === '' ? undefined : await directory.findEntry(organization, { address }))
  const addresses = new Set([addressKey(address), ...(entry ? addressesOfEntry(entry) : [])])
  addresses.delete('')
  if (entry !== undefined && entry.home !== 'external' && entry.kind !== 'contact')
    return { entry, addresses, internal: true }
  const owner = address.includes('@') ? await directory.findDomainOwner(domainOf(address)) : undefined
  return {
    entry,
    addresses,
    // A mail user with an address of ours is a colleague whose mailbox is on another system of the company.
    internal: entry?.kind !== 'contact' && owner?.organization === organization && owner.verified,
  }
}

/** Addresses of the groups that somebody is in, directly or through groups. */
export async function groupAddresses(
  directory: DirectoryReader,
  organization: OrganizationId,
  entry: Entry | undefined,
): Promise<Addresses> {
  if (entry === undefined) return new Set()
  const ids = await directory.listPrincipals(organization, entry.id, {
    enabledOnly: true,
    limit: MOST_GROUPS,
  })
  const groups = await Promise.all(
    ids.filter((id) => id !== entry.id).map((id) => directory.getEntry(organization, id)),
  )
  return new Set(groups.flatMap(addressesOfEntry))
}
