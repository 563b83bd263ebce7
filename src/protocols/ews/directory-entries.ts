/** Entries of the directory in the words of EWS. */
import { type Entry, primaryAddress } from '#src/domain/directory/entry.ts'
import type { ContactItemType, EmailAddressType } from '#src/wire/ews/schema-types.ts'

/** Undefined for an entry that no mail reaches: clients cannot use it. */
export function shownEntry(entry: Entry): EmailAddressType | undefined {
  const address = primaryAddress(entry)
  if (address === null) return undefined
  const MailboxType =
    entry.kind === 'group'
      ? ('PublicDL' as const)
      : entry.kind === 'contact'
        ? ('Contact' as const)
        : ('Mailbox' as const)
  return { Name: entry.displayName || entry.name, EmailAddress: address, RoutingType: 'SMTP', MailboxType }
}

/** What ResolveNames tells of somebody beside the address; `certificate` in DER, for which others encrypt (CLT-13). */
export function entryContact(entry: Entry, certificate?: Uint8Array): ContactItemType {
  const { details } = entry
  const phones = [
    ['BusinessPhone', details.telephone],
    ['MobilePhone', details.mobile],
    ['HomePhone', details.homePhone],
    ['BusinessFax', details.fax],
  ] as const
  const entries = phones.flatMap(([Key, Value]) => (Value ? { Key, Value } : []))
  const line = {
    Street: details.street,
    City: details.city,
    State: details.region,
    CountryOrRegion: details.country,
    PostalCode: details.zipCode,
  }
  const address = Object.fromEntries(Object.entries(line).filter(([, value]) => value))
  const mail = entry.addresses.filter(({ kind }) => kind === 'primary' || kind === 'alias').slice(0, 3)
  const keys = ['EmailAddress1', 'EmailAddress2', 'EmailAddress3'] as const
  return {
    DisplayName: entry.displayName || entry.name,
    ...(details.firstName && { GivenName: details.firstName }),
    ...(details.initials && { Initials: details.initials }),
    ...(details.company && { CompanyName: details.company }),
    ...(mail.length > 0 && {
      EmailAddresses: mail.map(({ kind, address }, at) => ({
        Key: keys[at]!,
        Value: `${kind === 'primary' ? 'SMTP' : 'smtp'}:${address}`,
      })),
    }),
    ...(Object.keys(address).length > 0 && { PhysicalAddresses: [{ Key: 'Business' as const, ...address }] }),
    ...(entries.length > 0 && { PhoneNumbers: entries }),
    ...(details.assistant && { AssistantName: details.assistant }),
    ContactSource: 'ActiveDirectory',
    ...(details.department && { Department: details.department }),
    ...(details.jobTitle && { JobTitle: details.jobTitle }),
    ...(details.office && { OfficeLocation: details.office }),
    ...(details.lastName && { Surname: details.lastName }),
    HasPicture: entry.photo !== null,
    ...(details.notes && { Notes: details.notes }),
    Alias: entry.name,
    ...(certificate !== undefined && { UserSMIMECertificate: [certificate] }),
    DirectoryId: entry.id,
  } as ContactItemType
}
