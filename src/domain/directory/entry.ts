import type { EntryId, MailboxId } from '#src/base/ids.ts'
import type { SourceGuid, SourceObjectType } from '../directory-sync/source.ts'

export type EntryKind = 'user' | 'group' | 'resource' | 'contact'
/** Contacts are ENABLED or DELETED. */
export type EntryState = 'ENABLED' | 'DISABLED' | 'DELETED'
/** Where the mailbox of a recipient is: here, on the Exchange side, or elsewhere (architecture decision 1). */
export type Home = 'local' | 'exchange' | 'external'
/** DIR-12: REMOTE_USER is in the address book but has no mailbox here. */
export type UserRole = 'USER' | 'RESOURCE' | 'SYSTEM_USER' | 'REMOTE_USER'
export type ResourceType = 'ROOM' | 'EQUIPMENT'

/**
 * `primary`, `alias` and `routing` (an address in a domain only we own) are SMTP addresses; `x500` is an
 * Exchange distinguished name, `sip` a SIP address, both without their prefix.
 */
export type AddressKind = 'primary' | 'alias' | 'routing' | 'x500' | 'sip'
/** As it was written; it is found without regard to case. */
export type EntryAddress = { kind: AddressKind; address: string }

/** What the address book shows, as far as it is known; each at most 256 characters. */
export type Details = {
  firstName?: string
  lastName?: string
  initials?: string
  phoneticFirstName?: string
  phoneticLastName?: string
  phoneticDisplayName?: string
  jobTitle?: string
  department?: string
  company?: string
  office?: string
  street?: string
  city?: string
  /** State or province. */
  region?: string
  zipCode?: string
  country?: string
  telephone?: string
  mobile?: string
  homePhone?: string
  fax?: string
  otherTelephones?: readonly string[]
  manager?: EntryId
  assistant?: string
  website?: string
  notes?: string
  /** Exchange's extensionAttribute1 to 15, by number. */
  customAttributes?: Readonly<Record<string, string>>
}

/** A photo or certificate is kept beside the entry; the entry only says that it is there. */
export type AttachmentKind = 'photo' | 'certificate'
/** Media type and octets; a certificate is one DER X.509 certificate (CLT-13). */
export type Attachment = { type: string; octets: Uint8Array }
/** `digest` is the SHA-256 of the octets in hex. */
export type AttachmentNote = { type: string; sizeBytes: number; digest: string }

/** Who may send to an entry, as the directory that it comes from has it. */
export type SenderRestrictions = {
  /** Only those who signed in here or there. */
  authenticatedOnly: boolean
  /** When either is not empty, nobody else. */
  from: readonly EntryId[]
  fromMembersOf: readonly EntryId[]
  notFrom: readonly EntryId[]
  notFromMembersOf: readonly EntryId[]
  maxSizeBytes: number | null
}

/** Of an entry that is synchronised from elsewhere: what only that directory says of it. There it is edited (INT-09). */
type EntrySource = {
  guid: SourceGuid
  type: SourceObjectType
  /** `mailNickname`. */
  alias: string
  /** Absent: everybody may send. */
  restrictions?: SenderRestrictions
  /** To how many at once its owner may send (msExchRecipLimit); absent: what holds for everybody. */
  mostRecipients?: number
  /** Words by which a resource is found besides its name: what is in it. */
  keywords?: readonly string[]
}

type Common = {
  id: EntryId
  /** Unique among the entries of its kind, without regard to case. */
  name: string
  displayName: string
  state: EntryState
  home: Home
  /** Not in the global address list; it still receives, and rights on it still work (DIR-13). */
  hidden: boolean
  /** At most one is `primary`. Kept while the entry is disabled, given back when it is deleted. */
  addresses: readonly EntryAddress[]
  /** Where mail for an entry at home elsewhere goes, when not to its primary address (AD targetAddress). */
  target: string | null
  details: Details
  photo: AttachmentNote | null
  certificate: AttachmentNote | null
  /** Stays through disabling and enabling (DIR-06); goes when it is purged. */
  mailbox: MailboxId | null
  createdAt: number
  enabledAt: number | null
  disabledAt: number | null
  deletedAt: number | null
  /** When what is left of it is due to be destroyed (DIR-06, DIR-07). */
  purgeAt: number | null
  /** Absent for what is kept here alone. */
  source?: EntrySource
  /** The directory's version when it was last changed. */
  version: number
  /** The directory's version when it was made: the order of lists. */
  createdVersion: number
}

export type User = Common & { kind: 'user'; role: UserRole; identityProviderUserId: string | null }
export type Group = Common & { kind: 'group' }
/** DIR-18. */
export type BookingOptions = {
  autoAcceptRequests: boolean
  autoDeclineRecurringRequests: boolean
  autoDeclineConflictingRequests: boolean
}
export type Resource = Common & {
  kind: 'resource'
  type: ResourceType
  description: string
  bookingOptions: BookingOptions
  /** Seats of a room, when known. */
  capacity: number | null
}
export type Contact = Common & { kind: 'contact' }

export type Entry = User | Group | Resource | Contact

type Kept = 'version' | 'createdVersion'
type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never
/** An entry to be made: the directory adds the versions. */
export type NewEntry = Without<Entry, Kept>

/** The address mail to the entry is sent to, or null while it has none. */
export function primaryAddress(entry: Pick<Entry, 'addresses'>): string | null {
  return entry.addresses.find(({ kind }) => kind === 'primary')?.address ?? null
}

/** Texts begin with these, without regard to case; every one given must hold (WorkMail's list filters). */
export type EntryFilter = {
  states?: readonly EntryState[]
  namePrefix?: string
  displayNamePrefix?: string
  primaryAddressPrefix?: string
  identityProviderUserIdPrefix?: string
}

/** Whether an entry passes a list filter. Without `states`, deleted entries do not. */
export function passesFilter(entry: Entry, filter: EntryFilter): boolean {
  const begins = (text: string | null | undefined, prefix: string | undefined): boolean =>
    prefix === undefined || (text ?? '').toLowerCase().startsWith(prefix.toLowerCase())
  return (
    passesState(entry.state, filter) &&
    begins(entry.name, filter.namePrefix) &&
    begins(entry.displayName, filter.displayNamePrefix) &&
    begins(primaryAddress(entry), filter.primaryAddressPrefix) &&
    begins(entry.kind === 'user' ? entry.identityProviderUserId : null, filter.identityProviderUserIdPrefix)
  )
}

/** The part of a list filter that needs no key. */
export function passesState(state: EntryState, filter: EntryFilter): boolean {
  return filter.states === undefined ? state !== 'DELETED' : filter.states.includes(state)
}
