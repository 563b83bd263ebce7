import { hash } from 'node:crypto'
import { primaryOf } from '#src/domain/directory-sync/primary.ts'
import type {
  SourceBatch,
  SourceGuid,
  SourceLink,
  SourceObject,
  SourceOmission,
} from '#src/domain/directory-sync/source.ts'
import { CUSTOM_ATTRIBUTES, DETAIL_ATTRIBUTES } from './attributes.ts'
import { linkOf, parseExtendedName } from './distinguished-name.ts'
import { formatGuid } from './guid.ts'
import type { RawEntry } from './raw-entry.ts'
import { plainAccountOf, recipientOf } from './recipient-type.ts'
import { sidOf } from './security-descriptor.ts'

/** What cannot be read from the entry alone. */
export type Surroundings = {
  partition: string
  hasPhoto: boolean
  sendAs: readonly SourceLink[]
  fullAccess: readonly SourceLink[]
  /** Whose primary group it is, in order. */
  primaryMembers?: readonly SourceGuid[]
  /** Who is not in this address list is hidden. */
  addressList?: string
  /** A value of msExchRecipientTypeDetails that is not in the table. */
  unknownType?: (details: number) => void
}

export type Judged = { object: SourceObject } | { omission: SourceOmission }

const DISABLED = 0x2
const KILOBYTE = 1024
const GROUPS = new Set(['group', 'security-group', 'room-list'])

/**
 * One entry as the domain wants it, or why it is left out; undefined when it has no key, or neither an alias nor an account, which the
 * filter excludes.
 */
export function sourceObjectOf(entry: RawEntry, around: Surroundings): Judged | undefined {
  const guid = formatGuid(entry.octets('objectGUID'))
  const alias = entry.text('mailNickname') ?? accountOf(entry)?.sam ?? null
  if (guid === undefined || alias === null) return undefined
  const { place } = parseExtendedName(entry.name)
  const changeNumber = changeNumberOf(entry)
  const recipient = entry.has('mailNickname') ? recipientOf(entry, around.unknownType) : plainAccountOf(entry)
  if ('omitted' in recipient) {
    const name = entry.text('displayName') ?? alias
    const address = primaryOf(entry.texts('proxyAddresses'))
    return { omission: { guid, changeNumber, place, reason: recipient.omitted, name, address } }
  }
  const { type } = recipient
  const object: SourceObject = {
    guid,
    changeNumber,
    place,
    partition: around.partition,
    type,
    hidden: isHidden(entry, around.addressList),
    ...madeAtOf(entry),
    ...restoredFromOf(entry),
    alias,
    displayName: entry.text('displayName') ?? entry.text('cn'),
    proxyAddresses: entry.texts('proxyAddresses'),
    legacyDn: entry.text('legacyExchangeDN'),
    targetAddress: entry.text('targetAddress'),
    hasMailbox: hasMailbox(entry),
    ...storedOnOf(entry),
    account: accountOf(entry),
    details: detailsOf(entry),
    manager: onlyLink(entry, 'manager'),
    hasPhoto: around.hasPhoto,
    certificate: certificateOf(entry),
    capacity: entry.number('msExchResourceCapacity'),
    ...facilitiesOf(entry, type),
    members: GROUPS.has(type) ? membersOf(entry, around) : null,
    owners: links(entry, 'managedBy', 'msExchCoManagedByLink'),
    restrictions: {
      authenticatedOnly: entry.isTrue('msExchRequireAuthToSendTo'),
      from: links(entry, 'authOrig'),
      fromMembersOf: links(entry, 'dLMemSubmitPerms'),
      notFrom: links(entry, 'unauthOrig'),
      notFromMembersOf: links(entry, 'dLMemRejectPerms'),
      maxSizeBytes: maxSizeOf(entry),
    },
    maxRecipients: maxRecipientsOf(entry),
    forwarding: forwardingOf(entry),
    delegates: links(entry, 'publicDelegates'),
    fullAccess: distinct([...links(entry, 'msExchDelegateListLink'), ...around.fullAccess]),
    sendAs: around.sendAs,
  }
  return { object }
}

/**
 * All that `sourceObjectOf` goes by, hashed as far as it is long; undefined for an entry that came in parts. `reader`: of programs that
 * make something else of the same entry.
 */
export function formOf(entry: RawEntry, around: Surroundings, reader: string): string | undefined {
  if (entry.written === undefined) return undefined
  const { partition, hasPhoto, addressList = null, sendAs, fullAccess, primaryMembers = [] } = around
  const beside = [reader, partition, hasPhoto, addressList, sendAs, fullAccess, ...primaryMembers]
  return hash('sha256', entry.written, 'base64') + JSON.stringify(beside)
}

export function batchOf(judged: readonly Judged[]): SourceBatch {
  return {
    objects: judged.flatMap((each) => ('object' in each ? [each.object] : [])),
    omitted: judged.flatMap((each) => ('omission' in each ? [each.omission] : [])),
  }
}

/** Hidden is final, whatever lists still have it; address lists are kept up by Exchange, of its recipients (exchange-interop 1.1). */
function isHidden(entry: RawEntry, addressList: string | undefined): boolean {
  if (entry.isTrue('msExchHideFromAddressLists')) return true
  if (addressList === undefined || !entry.has('mailNickname')) return false
  const wanted = placeOf(addressList)
  return !entry.texts('showInAddressBook').some((name) => placeOf(name) === wanted)
}

const placeOf = (name: string): string =>
  parseExtendedName(name)
    .place.replace(/\s*,\s*/g, ',')
    .toLowerCase()

/** GeneralizedTime as Active Directory writes it (MS-ADTS 3.1.1.2.2.2.15): text order is time. */
function madeAtOf(entry: RawEntry): Pick<SourceObject, 'madeAt'> {
  const text = entry.text('whenCreated')
  return text !== null && /^\d{14}\.0Z$/.test(text) ? { madeAt: text } : {}
}

/** A deletion writes it, and it stays when that is undone (MS-ADTS 3.1.1.5.5.1.1). */
function restoredFromOf(entry: RawEntry): Pick<SourceObject, 'restoredFrom'> {
  const parent = onlyLink(entry, 'lastKnownParent')
  if (parent === null) return {}
  return { restoredFrom: 'guid' in parent ? parent.guid : parent.place.toLowerCase() }
}

/** Decimal; `0` where the source tells none, as an LDIF file may. */
export function changeNumberOf(entry: RawEntry): string {
  const text = entry.text('uSNChanged')
  return text !== null && /^\d{1,19}$/.test(text) ? text : '0'
}

/** A mail user that was moved away keeps msExchMailboxGuid; with a target address that alone is no mailbox. */
function hasMailbox(entry: RawEntry): boolean {
  if (entry.has('homeMDB') || entry.has('msExchHomeServerName')) return true
  return entry.has('msExchMailboxGuid') && !entry.has('targetAddress')
}

/**
 * `CN=DB01,CN=Databases,…` of Exchange 2010 and later, `CN=DB01,CN=First Storage Group,CN=InformationStore,CN=EX01,CN=Servers,…` of 2007,
 * and `/o=…/cn=Configuration/cn=Servers/cn=EX01`.
 */
function storedOnOf(entry: RawEntry): Pick<SourceObject, 'storedOn'> {
  const home = entry.text('homeMDB')
  const database = nameOf(home)
  const written = /\/cn=Servers\/cn=([^/]+)/i.exec(entry.text('msExchHomeServerName') ?? '')?.[1]
  const server = written ?? /,CN=InformationStore,CN=((?:\\.|[^,\\])+),CN=Servers,/i.exec(home ?? '')?.[1]
  if (database === null && server === undefined) return {}
  return { storedOn: { ...(database !== null && { database }), ...(server !== undefined && { server }) } }
}

function accountOf(entry: RawEntry): SourceObject['account'] {
  const sam = entry.text('sAMAccountName')
  const isUser = entry.texts('objectClass').some((name) => name.toLowerCase() === 'user')
  if (!isUser) return null
  const disabled = ((entry.number('userAccountControl') ?? 0) & DISABLED) !== 0
  const master = masterOf(entry)
  const octets = entry.octets('objectSid')
  const sid = octets && sidOf(octets)
  return {
    sam,
    upn: entry.text('userPrincipalName'),
    disabled,
    ...(sid !== undefined && { sid }),
    ...(master !== undefined && { master }),
  }
}

/** Resources and shared mailboxes name S-1-5-10 (self) there, which is nobody else's account. */
export function masterOf(entry: RawEntry): string | undefined {
  const octets = entry.octets('msExchMasterAccountSid')
  const sid = octets && sidOf(octets)
  return sid?.startsWith('S-1-5-21-') ? sid : undefined
}

/** What people see and what is searched may differ; the words include `Room` or `Equipment`. */
function facilitiesOf(entry: RawEntry, type: SourceObject['type']): Pick<SourceObject, 'facilities'> {
  if (type !== 'room' && type !== 'equipment') return {}
  const shown = entry.text('msExchResourceDisplay') ?? ''
  const words = entry.texts('msExchResourceSearchProperties').filter((word) => word !== '')
  return shown === '' && words.length === 0 ? {} : { facilities: { shown, words } }
}

function detailsOf(entry: RawEntry): SourceObject['details'] {
  const texts = Object.entries(DETAIL_ATTRIBUTES).flatMap(([name, attribute]) => {
    const text = entry.text(attribute)
    return text === null ? [] : [[name, text] as const]
  })
  const country = entry.text('co') ?? entry.text('c')
  const assistant = entry.text('msExchAssistantName') ?? nameOf(entry.text('assistant'))
  const others = entry.texts('otherTelephone')
  const custom = CUSTOM_ATTRIBUTES.flatMap((attribute, at) => {
    const text = entry.text(attribute)
    return text === null ? [] : [[String(at + 1), text] as const]
  })
  return {
    ...Object.fromEntries(texts),
    ...(country !== null && { country }),
    ...(assistant !== null && { assistant }),
    ...(others.length > 0 && { otherTelephones: others }),
    ...(custom.length > 0 && { customAttributes: Object.fromEntries(custom) }),
  }
}

/** `CN=Martin\, Zoë,OU=…` is `Martin, Zoë`. */
function nameOf(distinguishedName: string | null): string | null {
  if (distinguishedName === null) return null
  const first = /^[A-Za-z]+=((?:\\.|[^,\\])*)/.exec(parseExtendedName(distinguishedName).place)?.[1]
  return first?.replace(/\\([^0-9A-Fa-f])/g, '$1') || null
}

/** userSMIMECertificate is PKCS #7 signed data, which begins with its length and an object identifier; only bare X.509 is taken. */
function certificateOf(entry: RawEntry): Uint8Array | null {
  const all = [...entry.allOctets('userSMIMECertificate'), ...entry.allOctets('userCertificate')]
  const bare = all.find((octets) => octets[0] === 0x30 && innerTag(octets) === 0x30)
  return bare === undefined ? null : Uint8Array.from(bare)
}

function innerTag(der: Buffer): number | undefined {
  const first = der[1] ?? 0
  return der[first < 0x80 ? 2 : 2 + (first & 0x7f)]
}

function maxSizeOf(entry: RawEntry): number | null {
  const kilobytes = entry.number('delivContLength')
  return kilobytes === null ? null : kilobytes * KILOBYTE
}

/** 2147483647 stands for no limit. */
function maxRecipientsOf(entry: RawEntry): number | null {
  const count = entry.number('msExchRecipLimit')
  return count === null || count < 1 || count >= 0x7fff_ffff ? null : count
}

function forwardingOf(entry: RawEntry): SourceObject['forwarding'] {
  const to = onlyLink(entry, 'altRecipient')
  return to && { to, keepCopy: entry.isTrue('deliverAndRedirect') }
}

function onlyLink(entry: RawEntry, attribute: string): SourceLink | null {
  const text = entry.text(attribute)
  return text === null ? null : linkOf(text)
}

function links(entry: RawEntry, ...attributes: readonly string[]): SourceLink[] {
  const all = attributes.flatMap((attribute) => entry.texts(attribute))
  return attributes.length === 1 ? all.map(linkOf) : distinct(all.map(linkOf))
}

function membersOf(entry: RawEntry, { primaryMembers = [] }: Surroundings): SourceLink[] {
  const written = links(entry, 'member')
  return primaryMembers.length === 0
    ? written
    : distinct([...written, ...primaryMembers.map((guid) => ({ guid }))])
}

function distinct(all: readonly SourceLink[]): SourceLink[] {
  return [
    ...new Map(all.map((link) => ['guid' in link ? link.guid : link.place.toLowerCase(), link])).values(),
  ]
}
