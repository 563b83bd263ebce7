import type { EntryId } from '#src/base/ids.ts'
import { domainOf, lookupText, requireSip, requireX500 } from '../directory/address.ts'
import type {
  Details,
  EntryAddress,
  EntryKind,
  Home,
  NewEntry,
  SenderRestrictions,
} from '../directory/entry.ts'
import { freshEntry } from '../directory/entry-changes.ts'
import { LIMITS } from '../directory/limits.ts'
import { MOST_TELEPHONES, TEXT_DETAILS } from '../directory/names.ts'
import { Refusal } from '../refusal.ts'
import type { SourceLink, SourceObjectType } from './source.ts'
import type { LinkKind, StoredObject } from './store.ts'

/** What of our own side decides about an object. */
export type Ground = {
  /** Domains that only we own, in lower case: what points there is one of ours. */
  routingDomains: ReadonlySet<string>
}

/** What an object is here, before it meets what else is here. */
export type Projection =
  | {
      is: 'entry'
      kind: EntryKind
      home: Home
      /** Who is not enabled is in no address book. */
      state: 'ENABLED' | 'DISABLED'
      /** The first is primary. */
      addresses: readonly EntryAddress[]
      target: string | null
      remarks: readonly string[]
    }
  /** Its mailbox is here, under that address of the routing domain. */
  | { is: 'ours'; address: string; addresses: readonly EntryAddress[]; remarks: readonly string[] }
  | { is: 'unusable'; reason: string }

const kinds = {
  account: 'user',
  mailbox: 'user',
  'shared-mailbox': 'user',
  'mail-user': 'user',
  room: 'resource',
  equipment: 'resource',
  contact: 'contact',
  group: 'group',
  'security-group': 'group',
  'room-list': 'group',
  'dynamic-group': 'group',
  'public-folder': 'group',
} as const satisfies Record<SourceObjectType, EntryKind>

/** What an object becomes here (exchange-interop 1.2): which kind, at home where, with which addresses. Pure. */
export function project(object: StoredObject, { routingDomains }: Ground): Projection {
  if (object.type === 'account') return candidate
  const { addresses, primaries, remarks } = addressesOf(object, routingDomains)
  if (primaries.length === 0)
    return unusable(
      'It has no primary address: none of its proxyAddresses begins with SMTP: in capitals. Set one with -PrimarySmtpAddress of Set-Mailbox, Set-MailUser, Set-MailContact or Set-DistributionGroup.',
    )
  if (primaries.length > 1)
    return unusable(
      `It has ${primaries.length} primary addresses (${primaries.slice(0, 5).join(', ')}); only one may begin with SMTP: in capitals.`,
    )
  if (!addresses.some(({ kind }) => kind === 'primary'))
    return unusable(
      `Its primary address ${shortened(primaries[0]!)} is not an address that mail can be sent to.`,
    )
  const target = targetOf(object)
  if (target !== null && lookupText('primary', target) === undefined)
    return unusable(`Its targetAddress ${shortened(target)} is not an address that mail can be sent to.`)
  if (target !== null && routingDomains.has(domainOf(target)))
    return { is: 'ours', address: target, addresses, remarks }
  const kind = kinds[object.type]
  const home = homeOf(object, target)
  if (kind === 'user' && home === 'external' && target === null)
    return unusable(
      'It is a mail user without targetAddress: nobody knows where its mail goes. Set it with Set-MailUser -ExternalEmailAddress.',
    )
  return {
    ...{ is: 'entry', kind, home, state: 'ENABLED' },
    ...{ addresses, target: home === 'exchange' ? null : target, remarks },
  }
}

/** It may be given a mailbox here, with an address that is chosen then (DIR-02). */
const candidate: Projection = {
  ...{ is: 'entry', kind: 'user', home: 'local', state: 'DISABLED' },
  ...{ addresses: [], target: null, remarks: [] },
}

/** A remote mailbox of theirs is elsewhere too; groups, folders and mailboxes are on the Exchange side. */
function homeOf({ type, hasMailbox }: StoredObject, target: string | null): Home {
  if (type === 'contact' || type === 'mail-user')
    return hasMailbox && target === null ? 'exchange' : 'external'
  return kinds[type] === 'group' || hasMailbox || target === null ? 'exchange' : 'external'
}

function targetOf({ targetAddress }: StoredObject): string | null {
  if (targetAddress === null || targetAddress === '') return null
  const text = targetAddress.replace(/^smtp:/i, '')
  return text === '' ? null : text
}

function addressesOf(object: StoredObject, routingDomains: ReadonlySet<string>) {
  const primaries: string[] = []
  const remarks: string[] = []
  const found = new Map<string, EntryAddress>()
  const add = (address: EntryAddress) => {
    const text = lookupText(address.kind, address.address)
    if (text === undefined) remarks.push(`${shortened(address.address)} is not an address.`)
    else if (address.kind === 'primary' || !found.has(text)) found.set(text, address)
  }
  for (const proxy of object.proxyAddresses) {
    const [, prefix, rest] = /^([A-Za-z0-9.-]+):(.*)$/s.exec(proxy) ?? []
    if (prefix === undefined || rest === undefined) continue
    const kind = prefix.toLowerCase()
    if (prefix === 'SMTP') primaries.push(rest)
    if (kind === 'smtp') {
      // Mail to it is ours alone, and Exchange would send it back.
      if (routingDomains.has(domainOf(rest))) continue
      add({ kind: prefix === 'SMTP' ? 'primary' : 'alias', address: rest })
    } else if (kind === 'x500' || kind === 'sip') {
      const address = wellFormed(kind, rest)
      if (address === undefined) remarks.push(`${kind}:${shortened(rest)} is not an address.`)
      else add({ kind, address })
    }
  }
  if (object.legacyDn !== null) {
    const address = wellFormed('x500', object.legacyDn)
    if (address !== undefined) add({ kind: 'x500', address })
  }
  const addresses = [...found.values()].toSorted((a, b) => order(a) - order(b))
  return { addresses, primaries, remarks }
}

const order = ({ kind }: EntryAddress): number => ['primary', 'alias', 'routing', 'x500', 'sip'].indexOf(kind)

function wellFormed(kind: 'x500' | 'sip', address: string): string | undefined {
  try {
    return kind === 'x500' ? requireX500(address) : requireSip(address)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/** What links lead to, as far as that is in the address book. */
export type LinkedEntries = {
  manager: EntryId | null
  restrictions: SenderRestrictions | null
}

export type Appearance = Pick<NewEntry, 'displayName' | 'hidden' | 'details'> & {
  source: NonNullable<NewEntry['source']>
}

/** What the address book shows of it, wherever its mailbox is. */
export function appearanceOf(object: StoredObject, linked: LinkedEntries): Appearance {
  const primary = object.proxyAddresses.find((proxy) => proxy.startsWith('SMTP:'))?.slice(5) ?? ''
  return {
    displayName: bounded(object.displayName ?? '') || bounded(object.alias) || bounded(primary),
    hidden: object.hidden,
    details: detailsOf(object, linked.manager),
    source: {
      guid: object.guid,
      type: object.type,
      alias: bounded(object.alias),
      ...(linked.restrictions !== null && { restrictions: linked.restrictions }),
      ...(object.maxRecipients != null && { mostRecipients: object.maxRecipients }),
      ...keywordsOf(object),
    },
  }
}

function keywordsOf({ facilities }: StoredObject): Pick<Appearance['source'], 'keywords'> {
  const words = (facilities?.words ?? []).slice(0, MOST_KEYWORDS).map((word) => bounded(word))
  return words.length === 0 ? {} : { keywords: words }
}

/** A new entry of that object; enabled where Exchange has it, whatever becomes of its account. */
export function newEntryOf(
  object: StoredObject,
  projection: Extract<Projection, { is: 'entry' }>,
  id: EntryId,
  appearance: Appearance,
  now: number,
): NewEntry {
  const name = bounded(object.alias) || bounded(object.account?.sam ?? '') || object.guid
  const common = {
    ...freshEntry(id, name, appearance.displayName, now),
    ...appearance,
    state: projection.state,
    enabledAt: projection.state === 'ENABLED' ? now : null,
    home: projection.home,
    addresses: projection.addresses,
    target: projection.target,
  }
  switch (projection.kind) {
    case 'user':
      return {
        ...common,
        kind: 'user',
        role: projection.home === 'local' ? 'USER' : 'REMOTE_USER',
        identityProviderUserId: null,
      }
    case 'resource':
      return {
        ...common,
        kind: 'resource',
        type: object.type === 'equipment' ? 'EQUIPMENT' : 'ROOM',
        description: bounded(object.facilities?.shown ?? '', LIMITS.resourceDescriptionCharacters).trim(),
        bookingOptions: {
          autoAcceptRequests: true,
          autoDeclineRecurringRequests: false,
          autoDeclineConflictingRequests: true,
        },
        capacity: object.capacity,
      }
    default:
      return { ...common, kind: projection.kind }
  }
}

/** Under which id an object becomes an entry: its own key, as long as the entry lives. */
export function entryIdOf(guid: string, kind: EntryKind): EntryId {
  return (kind === 'resource' ? `r-${guid.replaceAll('-', '')}` : guid) as EntryId
}

const MOST_KEYWORDS = 50
const LONG_TEXT = 1_024

/** Theirs may be longer than ours: then the beginning is shown. */
function detailsOf({ details }: StoredObject, manager: EntryId | null): Details {
  const { otherTelephones, customAttributes, ...others } = details
  const shown = new Map<string, unknown>()
  for (const [name, value] of Object.entries(others)) {
    const text = bounded(value, name === 'notes' ? LONG_TEXT : LIMITS.textCharacters)
    if (TEXT_DETAILS.includes(name) && text !== '') shown.set(name, text)
  }
  if (otherTelephones !== undefined && otherTelephones.length > 0)
    shown.set(
      'otherTelephones',
      otherTelephones.slice(0, MOST_TELEPHONES).map((each) => bounded(each)),
    )
  const custom = Object.entries(customAttributes ?? {}).filter(([number]) => /^([1-9]|1[0-5])$/.test(number))
  if (custom.length > 0)
    shown.set(
      'customAttributes',
      Object.fromEntries(custom.map(([number, text]) => [number, bounded(text, LONG_TEXT)])),
    )
  if (manager !== null) shown.set('manager', manager)
  return Object.fromEntries(shown) as Details
}

function bounded(text: string, most: number = LIMITS.textCharacters): string {
  const clean = text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, ' ').trim()
  return clean.length <= most ? clean : clean.slice(0, most).replace(/[\ud800-\udbff]$/, '')
}

const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text)

function unusable(reason: string): Projection {
  return { is: 'unusable', reason }
}

/** Every link of an object with what it means, as they are kept for delivery and migration. */
export function linksOf(object: StoredObject): readonly { kind: LinkKind; link: SourceLink }[] {
  const { restrictions } = object
  const of = (kind: LinkKind, links: readonly SourceLink[]) => links.map((link) => ({ kind, link }))
  return [
    ...of('member', object.members ?? []),
    ...of('owner', object.owners),
    ...of('manager', object.manager === null ? [] : [object.manager]),
    ...of('delegate', object.delegates),
    ...of('full-access', object.fullAccess),
    ...of('send-as', object.sendAs),
    ...of('forward', object.forwarding === null ? [] : [object.forwarding.to]),
    ...of('from', restrictions.from),
    ...of('from-members', restrictions.fromMembersOf),
    ...of('not-from', restrictions.notFrom),
    ...of('not-from-members', restrictions.notFromMembersOf),
  ]
}
