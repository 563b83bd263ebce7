import type { OrganizationId } from '#src/base/ids.ts'
import { type Entry, primaryAddress } from '#src/domain/directory/entry.ts'
import { keyOfAddress, legacyDnOf } from '#src/domain/directory/legacy-dn.ts'
import type { Authenticated } from '#src/domain/directory/login/authenticator.ts'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import { organizationGuid } from '#src/domain/organization/organization-guid.ts'
import { rowsOf } from '#src/domain/rows-of.ts'
import type { Store } from '#src/domain/store.ts'
import type { AutodiscoverServices } from './services.ts'

/** A mailbox that clients add by themselves, as its rights are full (DIR-22). */
type AddedMailbox = { displayName: string; address: string; legacyDn: string }

/** What is to be told about an address. */
export type Discovered =
  | {
      kind: 'here'
      displayName: string
      address: string
      legacyDn: string
      deployment: string
      added: readonly AddedMailbox[]
      /** GUID of the offline address book, once there is one: programs that are told of it take no other. */
      offlineBook: string | null
    }
  /** Its mailbox is on the Exchange side; one of the two leads there. */
  | { kind: 'elsewhere'; url: string | null; address: string | null }
  | { kind: 'unknown' }

const MOST_ADDED = 100

/** Who has an address, an X500 one too, in the organisation of who asks. */
export async function discoverUser(
  services: AutodiscoverServices,
  login: Authenticated,
  asked: string,
): Promise<Discovered> {
  const { store, offlineBooks } = services
  const { organization } = login
  const text = asked.trim()
  const entry = await store.directory.findEntry(organization, keyOfAddress(text))
  const address = entry && primaryAddress(entry)
  if (entry === undefined || address == null || entry.state !== 'ENABLED') return { kind: 'unknown' }
  if (entry.home === 'exchange') return elsewhere(services, entry, text)
  if (entry.home !== 'local' || entry.mailbox === null) return { kind: 'unknown' }
  return {
    kind: 'here',
    displayName: entry.displayName,
    address,
    legacyDn: legacyDnOf(organization, entry),
    deployment: organizationGuid(organization),
    offlineBook:
      (await offlineBooks.newest(organization)) === undefined ? null : organizationGuid(organization),
    added: entry.id === login.user.id ? await addedMailboxes(store, organization, entry) : [],
  }
}

/** By the address of Exchange's own Autodiscover, else by another address of the user, of which Exchange knows more. */
function elsewhere(services: AutodiscoverServices, entry: Entry, asked: string): Discovered {
  if (services.exchangeUrl !== '') return { kind: 'elsewhere', url: services.exchangeUrl, address: null }
  const other = [entry.target, primaryAddress(entry)].find(
    (address) => address !== null && address.toLowerCase() !== asked.toLowerCase(),
  )
  return other == null ? { kind: 'unknown' } : { kind: 'elsewhere', url: null, address: other }
}

async function addedMailboxes(
  store: Store,
  organization: OrganizationId,
  user: Entry,
): Promise<AddedMailbox[]> {
  const found: AddedMailbox[] = []
  const page = (after: Entry['id'] | null) =>
    store.directory.listOwners(organization, user.id, { after, limit: MOST_ADDED })
  for await (const { owner, rights } of rowsOf(page)) {
    if ((rights & MailboxRight.fullAccess) === 0) continue
    const address = primaryAddress(owner)
    if (address === null || owner.home !== 'local' || owner.state !== 'ENABLED') continue
    found.push({ displayName: owner.displayName, address, legacyDn: legacyDnOf(organization, owner) })
    if (found.length >= MOST_ADDED) break
  }
  return found
}
