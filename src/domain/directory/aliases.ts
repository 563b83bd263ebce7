import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import {
  domainOf,
  lookupText,
  requireForeignAddress,
  requireServiceAddress,
  requireSip,
  requireX500,
} from './address.ts'
import type { Entry, EntryAddress } from './entry.ts'
import { changeEntry, enabled, nameOf } from './entry-changes.ts'
import { LIMITS } from './limits.ts'
import type { MailDomain } from './mail-domain.ts'
import { invalid, requireNoOption, requireUnreserved } from './names.ts'
import type { DirectoryReader } from './store.ts'

const MAIL_KINDS = ['user', 'group', 'resource'] as const

/**
 * That the address can be given to one of our entries: well formed, in a verified domain of the organisation
 * (DOM-08). Refuses `invalid-parameter`, `reserved-name`, `no-such-domain`, `domain-not-verified`.
 */
export async function requireOwnAddress(
  directory: DirectoryReader,
  organization: OrganizationId,
  address: string,
): Promise<{ address: string; domain: MailDomain }> {
  const text = requireNoOption(requireUnreserved(requireServiceAddress(address)))
  const domain = await directory.getDomain(organization, domainOf(text))
  if (domain.ownership !== 'VERIFIED') {
    throw new Refusal(
      'domain-not-verified',
      `It is not yet proven that the domain ${domain.name} is yours, so ${text} cannot be used. Publish its ownership record, then check the domain again.`,
    )
  }
  return { address: text, domain }
}

/** Refuses also `address-in-use`, `limit-exceeded` (LIM-12), `no-such-entry`, `wrong-state`. */
export function createAlias(
  store: Store,
  organization: OrganizationId,
  id: EntryId,
  alias: string,
): Promise<Entry> {
  return changeEntry<Entry['kind']>(store, organization, id, MAIL_KINDS, async (entry, directory) => {
    enabled(entry)
    const { address, domain } = await requireOwnAddress(directory, organization, alias)
    if (find(entry, address)) {
      throw new Refusal('address-in-use', `${nameOf(entry)} already has the address ${address}.`)
    }
    const kind = domain.use === 'routing' ? 'routing' : 'alias'
    return withAddresses(entry, [...entry.addresses, { kind, address }])
  })
}

/** Removes an alias or routing address; that it is not there is no error. Refuses `wrong-state` for the primary address. */
export function deleteAlias(
  store: Store,
  organization: OrganizationId,
  id: EntryId,
  alias: string,
): Promise<Entry> {
  return changeEntry<Entry['kind']>(store, organization, id, MAIL_KINDS, (entry) => {
    const found = find(entry, alias)
    if (found?.kind === 'primary') {
      throw new Refusal(
        'wrong-state',
        `${alias} is the primary address of ${nameOf(entry)}. Make another address primary first.`,
      )
    }
    return withAddresses(
      entry,
      entry.addresses.filter((address) => address !== found),
    )
  })
}

/** The address becomes primary, and what was primary an alias (DIR-04). Refuses as `createAlias`. */
export function updatePrimaryEmailAddress(
  store: Store,
  organization: OrganizationId,
  id: EntryId,
  email: string,
): Promise<Entry> {
  return changeEntry<Entry['kind']>(store, organization, id, MAIL_KINDS, async (entry, directory) => {
    enabled(entry)
    const { address, domain } = await requireOwnAddress(directory, organization, email)
    return withPrimary(entry, address, domain)
  })
}

/** The entry with that primary address; its old one stays as an alias. Refuses `invalid-parameter`, `limit-exceeded`. */
export function withPrimary<E extends Entry>(entry: E, address: string, domain: MailDomain): E {
  if (domain.use === 'routing') {
    throw invalid(
      `${domain.name} is a routing domain: its addresses are for mail from Exchange. Choose an address in another domain.`,
    )
  }
  const others = entry.addresses
    .filter((other) => find(entry, address) !== other)
    .map((other): EntryAddress => (other.kind === 'primary' ? { ...other, kind: 'alias' } : other))
  return withAddresses(entry, [{ kind: 'primary', address }, ...others])
}

/** Replaces the X500 or SIP addresses. Refuses `invalid-parameter`, `address-in-use`, `limit-exceeded`. */
export async function replaceProxyAddresses(
  store: Store,
  organization: OrganizationId,
  id: EntryId,
  kind: 'x500' | 'sip',
  addresses: readonly string[],
): Promise<Entry> {
  const checked = new Map(
    addresses.map((text) => {
      const address = kind === 'x500' ? requireX500(text) : requireSip(text)
      return [lookupText(kind, address), { kind, address }]
    }),
  )
  return changeEntry<Entry['kind']>(store, organization, id, [...MAIL_KINDS, 'contact'], (entry) =>
    withAddresses(entry, [
      ...entry.addresses.filter((address) => address.kind !== kind),
      ...checked.values(),
    ]),
  )
}

/** The addresses of somebody elsewhere, the first of them primary. Refuses `invalid-parameter`. */
export function foreignAddresses(addresses: readonly string[]): readonly EntryAddress[] {
  const checked = new Map(addresses.map((text) => [lookupText('alias', requireForeignAddress(text)), text]))
  return [...checked.values()].map((address, index) => ({ kind: index === 0 ? 'primary' : 'alias', address }))
}

/** Refuses `limit-exceeded`. */
export function withAddresses<E extends Entry>(entry: E, addresses: readonly EntryAddress[]): E {
  const aliases = addresses.filter(({ kind }) => kind === 'alias').length
  if (aliases > LIMITS.aliasesPerEntry) {
    throw new Refusal(
      'limit-exceeded',
      `${nameOf(entry)} has ${LIMITS.aliasesPerEntry} aliases, which is the most there can be. Delete one first.`,
    )
  }
  const others = addresses.length - aliases - 1
  if (others > LIMITS.otherAddressesPerEntry) {
    throw new Refusal(
      'limit-exceeded',
      `${nameOf(entry)} cannot have more than ${LIMITS.otherAddressesPerEntry} X500, SIP and routing addresses.`,
    )
  }
  return { ...entry, addresses }
}

/** The SMTP address of the entry that is the same as this text. */
export function find(entry: Pick<Entry, 'addresses'>, address: string): EntryAddress | undefined {
  const wanted = lookupText('primary', address)
  return entry.addresses.find(
    (own) => own.kind !== 'x500' && own.kind !== 'sip' && lookupText(own.kind, own.address) === wanted,
  )
}
