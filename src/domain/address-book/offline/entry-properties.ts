import type { OrganizationId } from '#src/base/ids.ts'
import type { Property, PropertyValue } from '#src/formats/oab/property.ts'
import { type Attachment, type Entry, primaryAddress } from '../../directory/entry.ts'
import { legacyDnOf } from '../../directory/legacy-dn.ts'

const tags = {
  emailAddress: 0x3003001e,
  smtpAddress: 0x39fe001f,
  displayName: 0x3001001f,
  account: 0x3a00001f,
  surname: 0x3a11001f,
  givenName: 0x3a06001f,
  initials: 0x3a0a001f,
  officeLocation: 0x3a19001f,
  proxyAddresses: 0x800f101f,
  phoneticDisplayName: 0x8c92001f,
  phoneticGivenName: 0x8c8e001f,
  phoneticSurname: 0x8c8f001f,
  objectType: 0x0ffe0003,
  displayType: 0x39000003,
  displayTypeEx: 0x39050003,
  businessTelephone: 0x3a08001f,
  businessTelephones: 0x3a1b101f,
  mobileTelephone: 0x3a1c001f,
  homeTelephone: 0x3a09001f,
  fax: 0x3a23001f,
  title: 0x3a17001f,
  department: 0x3a18001f,
  company: 0x3a16001f,
  street: 0x3a29001f,
  locality: 0x3a27001f,
  region: 0x3a28001f,
  postalCode: 0x3a2a001f,
  country: 0x3a26001f,
  assistant: 0x3a30001f,
  homePage: 0x3a51001f,
  comment: 0x3004001f,
  roomCapacity: 0x08070003,
  certificates: 0x8c6a1102,
  truncated: 0x68051003,
} as const

/** Names that programs resolve without asking the service, as in the default book of Exchange. */
const resolved: ReadonlySet<number> = new Set([
  tags.smtpAddress,
  tags.displayName,
  tags.account,
  tags.surname,
  tags.givenName,
  tags.officeLocation,
  tags.proxyAddresses,
  tags.phoneticDisplayName,
  tags.phoneticGivenName,
  tags.phoneticSurname,
])
/** Every record has these, and each is of one object alone. */
const keys: ReadonlySet<number> = new Set([tags.emailAddress, tags.smtpAddress])

/** What an offline address book knows of an entry, in the order of its records. */
export const entryProperties: readonly Property[] = Object.values(tags).map((tag) => ({
  tag,
  flags: ((resolved.has(tag) ? 1 : 0) | (keys.has(tag) ? 2 : 0)) as Property['flags'],
}))

/** Kinds of entries (MS-OXOABK 2.2.3.11); rooms and equipment are users but for the extended one (2.2.3.12). */
const Shown = { user: 0, group: 1, remoteUser: 6, room: 7, equipment: 8 } as const
/** In the extended display type: rights can be given to it; it is a copy of what another system has. */
const HAS_RIGHTS = 0x4000_0000
const IS_REMOTE = 0x8000_0000
const ObjectType = { mailUser: 6, distributionList: 8 } as const

function kindOf(entry: Entry): { displayType: number; displayTypeEx: number } {
  if (entry.kind === 'group') return { displayType: Shown.group, displayTypeEx: Shown.group }
  if (entry.kind === 'contact') return { displayType: Shown.remoteUser, displayTypeEx: Shown.remoteUser }
  const of = entry.kind === 'user' ? Shown.user : entry.type === 'ROOM' ? Shown.room : Shown.equipment
  if (entry.home === 'local') return { displayType: Shown.user, displayTypeEx: HAS_RIGHTS + of }
  return { displayType: Shown.remoteUser, displayTypeEx: IS_REMOTE + of * 256 + Shown.remoteUser }
}

/** No value stands twice in a list, whatever its case (MS-OXOAB 2.9.6.7); the first stays. */
function onceEach(texts: readonly string[]): string[] {
  const found = new Map<string, string>()
  for (const text of texts) {
    const folded = text.toLowerCase()
    if (!found.has(folded)) found.set(folded, text)
  }
  return [...found.values()]
}

/** `SMTP:` before the address that others see, `smtp:`, `X500:` and `sip:` before the others. */
function proxyAddressesOf({ addresses }: Entry): string[] {
  const prefix = { primary: 'SMTP:', alias: 'smtp:', routing: 'smtp:', x500: 'X500:', sip: 'sip:' } as const
  return onceEach(addresses.map(({ kind, address }) => prefix[kind] + address))
}

/**
 * What the record of an entry holds; undefined for one without an address, which no book can name. `certificate` is the one that
 * the entry says it has.
 */
export function valuesOf(
  organization: OrganizationId,
  entry: Entry,
  certificate: Attachment | undefined,
): ReadonlyMap<number, PropertyValue | undefined> | undefined {
  const address = primaryAddress(entry)
  if (address === null) return undefined
  const { details, source } = entry
  const { displayType, displayTypeEx } = kindOf(entry)
  const { distributionList, mailUser } = ObjectType
  return new Map<number, PropertyValue | undefined>([
    [tags.emailAddress, legacyDnOf(organization, entry)],
    [tags.smtpAddress, address],
    [tags.displayName, entry.displayName === '' ? address : entry.displayName],
    [tags.account, source?.alias || address.slice(0, address.lastIndexOf('@'))],
    [tags.surname, details.lastName],
    [tags.givenName, details.firstName],
    [tags.initials, details.initials],
    [tags.officeLocation, details.office],
    [tags.proxyAddresses, proxyAddressesOf(entry)],
    [tags.phoneticDisplayName, details.phoneticDisplayName],
    [tags.phoneticGivenName, details.phoneticFirstName],
    [tags.phoneticSurname, details.phoneticLastName],
    [tags.objectType, entry.kind === 'group' ? distributionList : mailUser],
    [tags.displayType, displayType],
    [tags.displayTypeEx, displayTypeEx],
    [tags.businessTelephone, details.telephone],
    [tags.businessTelephones, onceEach(details.otherTelephones ?? [])],
    [tags.mobileTelephone, details.mobile],
    [tags.homeTelephone, details.homePhone],
    [tags.fax, details.fax],
    [tags.title, details.jobTitle],
    [tags.department, details.department],
    [tags.company, details.company],
    [tags.street, details.street],
    [tags.locality, details.city],
    [tags.region, details.region],
    [tags.postalCode, details.zipCode],
    [tags.country, details.country],
    [tags.assistant, details.assistant],
    [tags.homePage, details.website],
    [tags.comment, details.notes],
    [tags.roomCapacity, (entry.kind === 'resource' && entry.capacity) || undefined],
    [tags.certificates, certificate && [certificate.octets]],
  ])
}
