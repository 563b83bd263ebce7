import { type EntryId, newEntryId, type OrganizationId } from '#src/base/ids.ts'
import type { Store } from '../store.ts'
import { requireForeignAddress } from './address.ts'
import { foreignAddresses, withAddresses } from './aliases.ts'
import type { Contact } from './entry.ts'
import { changeEntry, type EntryChange, freshEntry, withChange } from './entry-changes.ts'
import { changeDetails, type DetailsChange, requireText, requireUnreserved } from './names.ts'

type NewContact = {
  name: string
  displayName?: string
  /** The first is the primary one. */
  addresses: readonly string[]
  /** Where its mail really goes, when not to the primary address. */
  target?: string | null
  hidden?: boolean
  details?: DetailsChange
  id?: EntryId
}

/** Somebody elsewhere, shown in the address book; enabled at once. Refuses `name-taken`, `address-in-use`, `invalid-parameter`. */
export async function createContact(
  store: Store,
  organization: OrganizationId,
  contact: NewContact,
  now: number,
): Promise<Contact> {
  const name = requireUnreserved(requireText('The name', contact.name))
  const entry = {
    ...freshEntry(contact.id ?? newEntryId(), name, contact.displayName ?? name, now),
    kind: 'contact' as const,
    state: 'ENABLED' as const,
    enabledAt: now,
    home: 'external' as const,
    hidden: contact.hidden ?? false,
    addresses: foreignAddresses(contact.addresses),
    target: foreignTarget(contact.target),
    details: changeDetails({}, contact.details ?? {}),
  }
  return store.transact(
    { organization },
    async ({ directory }) => (await directory.createEntry(organization, entry)) as Contact,
  )
}

/** With `addresses`, all its SMTP addresses are replaced. */
export function updateContact(
  store: Store,
  organization: OrganizationId,
  id: EntryId,
  change: EntryChange & { addresses?: readonly string[] },
): Promise<Contact> {
  return changeEntry(store, organization, id, ['contact'], (contact) => {
    const changed = withChange(contact, {
      ...change,
      target: change.target === undefined ? contact.target : foreignTarget(change.target),
    })
    if (change.addresses === undefined) return changed
    const others = contact.addresses.filter(({ kind }) => kind === 'x500' || kind === 'sip')
    return withAddresses(changed, [...foreignAddresses(change.addresses), ...others])
  })
}

const foreignTarget = (target: string | null | undefined): string | null =>
  target === null || target === undefined ? null : requireForeignAddress(target)
