import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { domainOf, lookupText, splitDetail } from './address.ts'
import type { Entry, EntryKind } from './entry.ts'
import type { DirectoryReader } from './store.ts'

/** Who an address is: `detail` is what stood behind the `+` of a subaddress. */
type Recipient = { entry: Entry; detail: string | null }

/**
 * The organisation whose verified mail domain the address is in, and what the domain is for; undefined when it is
 * nobody's here. One indexed read.
 */
export async function findOrganizationOf(
  directory: DirectoryReader,
  address: string,
): Promise<{ organization: OrganizationId; use: 'mail' | 'routing' } | undefined> {
  if (lookupText('primary', address) === undefined) return undefined
  const owner = await directory.findDomainOwner(domainOf(address))
  return owner?.verified ? { organization: owner.organization, use: owner.use } : undefined
}

/**
 * The enabled entry that mail to an address is for. The whole address wins over the part before the first `+`
 * (CLT-11), also where it belongs to an entry that is disabled: mail for that one is for nobody.
 */
export async function resolveRecipient(
  directory: DirectoryReader,
  organization: OrganizationId,
  address: string,
): Promise<Recipient | undefined> {
  const exact = await directory.findEntry(organization, { address })
  if (exact) return exact.state === 'ENABLED' ? { entry: exact, detail: null } : undefined
  const split = splitDetail(address)
  if (!split) return undefined
  const entry = await directory.findEntry(organization, { address: split.base })
  return entry?.state === 'ENABLED' ? { entry, detail: split.detail } : undefined
}

/** An entry named by id, address or, with a kind, name: what newer clients pass where an id is asked for (API-09). */
export async function findNamed(
  directory: DirectoryReader,
  organization: OrganizationId,
  text: string,
  ...kinds: readonly EntryKind[]
): Promise<Entry | undefined> {
  const fits = (entry: Entry | undefined): entry is Entry =>
    entry !== undefined && (kinds.length === 0 || kinds.includes(entry.kind))
  if (text.includes('@')) {
    const addressed = await directory.findEntry(organization, { address: text })
    if (fits(addressed)) return addressed
  }
  const known = await directory.findEntry(organization, { id: text as EntryId })
  if (fits(known)) return known
  for (const kind of kinds) {
    const named = await directory.findEntry(organization, { name: text, kind })
    if (fits(named)) return named
  }
  return undefined
}
