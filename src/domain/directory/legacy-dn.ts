import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { lookupText } from './address.ts'
import type { Entry } from './entry.ts'
import type { EntryKey } from './store.ts'

const stemOf = (organization: OrganizationId): string =>
  `/o=${organization}/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=`

/** LegacyExchangeDN: the one that Exchange gave, so that Outlook finds its old profile; else one of ours in that form. */
export const legacyDnOf = (
  organization: OrganizationId,
  { id, addresses }: Pick<Entry, 'id' | 'addresses'>,
): string => addresses.find(({ kind }) => kind === 'x500')?.address ?? `${stemOf(organization)}${id}`

/** Whose name of ours that is; undefined for every other. Programs ask by the name that Autodiscover told them. */
export function entryOfLegacyDn(organization: OrganizationId, dn: string): EntryId | undefined {
  const stem = lookupText('x500', stemOf(organization))!
  const name = lookupText('x500', dn)
  return name?.startsWith(stem) ? (name.slice(stem.length) as EntryId) : undefined
}

/** How somebody is found whom a program names by an SMTP address, or by an X500 name as Exchange does. */
export const keyOfAddress = (text: string): Extract<EntryKey, { address: string } | { x500: string }> =>
  /^(?:x500:)?\//i.test(text.trim()) ? { x500: text.trim() } : { address: text.trim() }
