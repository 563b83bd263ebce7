/**
 * A directory that is kept elsewhere (Active Directory over LDAP, an LDIF file), read for the address book.
 * Connectors implement it; what becomes of what is read is decided here in the domain.
 */

import type { Details } from '../directory/entry.ts'

/** The source's stable key, 8-4-4-4-12 lower-case hex as Microsoft writes an objectGUID. Renames and moves keep it. */
export type SourceGuid = string

/** How far one partition (an AD domain) has been read, as it is kept with what was read. */
export type SourcePosition = {
  partition: string
  /** Which server: another one counts changes for itself. */
  server: string
  /** Which life of that server's database (invocationId): a new one counts anew. */
  generation: string
  /** Decimal; changes up to this one have been read (uSNChanged). */
  changeNumber: string
  /** What the server itself wants to be given back, base64, where it keeps account of changes (DirSync). */
  cookie?: string
}

/** `account`: one that signs in and is no recipient of Exchange (no mailNickname). */
export type SourceObjectType =
  | 'account'
  | 'mailbox'
  | 'shared-mailbox'
  | 'room'
  | 'equipment'
  | 'mail-user'
  | 'contact'
  | 'group'
  | 'security-group'
  | 'room-list'
  | 'dynamic-group'
  | 'public-folder'

/** A member, manager, delegate or the like: by key where the source told it, else by distinguished name. */
export type SourceLink = { guid: SourceGuid } | { place: string }

/** One recipient as the source has it, before anything is decided about it. */
export type SourceObject = {
  guid: SourceGuid
  /** Decimal. */
  changeNumber: string
  /** Its distinguished name. */
  place: string
  partition: string
  type: SourceObjectType
  hidden: boolean
  /** When it was made (whenCreated), as `20261122141500.0Z`; absent where the source does not tell. */
  madeAt?: string
  /** Where it was when it was deleted, of one that is back: its groups do not tell that they lost it. */
  restoredFrom?: string
  /** `mailNickname`. */
  alias: string
  displayName: string | null
  /** As the source lists them, prefix and its case kept: `SMTP:a@b` is primary, `smtp:` secondary, `X500:`, `sip:`. */
  proxyAddresses: readonly string[]
  /** `legacyExchangeDN`. */
  legacyDn: string | null
  /** `targetAddress` with its prefix. */
  targetAddress: string | null
  /** Whether its mailbox is on the Exchange side (homeMDB, msExchMailboxGuid). */
  hasMailbox: boolean
  /** Names of the database and of the server that it lies on (homeMDB, msExchHomeServerName); absent where the source tells neither. */
  storedOn?: { database?: string; server?: string }
  account: {
    sam: string | null
    upn: string | null
    disabled: boolean
    /** `S-1-5-21-…` (objectSid); none in files that leave it out. */
    sid?: string
    /** SID of the account of another forest whose mailbox it is (msExchMasterAccountSid): a linked one, itself disabled. */
    master?: string
  } | null
  /** As long as the source has them; the address book may hold less. */
  details: Omit<Details, 'manager'>
  manager: SourceLink | null
  /** Whether a photo is there to be read in the second pass. */
  hasPhoto: boolean
  /** DER, the first of userSMIMECertificate or userCertificate. */
  certificate: Uint8Array | null
  /** Seats, when a room says so. */
  capacity: number | null
  /** What a resource has: as people read it (msExchResourceDisplay), and the words it is searched by. */
  facilities?: { shown: string; words: readonly string[] }
  /** Groups only; complete, or the reading failed. `null` where the source does not tell (dynamic groups). */
  members: readonly SourceLink[] | null
  owners: readonly SourceLink[]
  /** Who may send to it: empty lists mean everybody. */
  restrictions: {
    authenticatedOnly: boolean
    from: readonly SourceLink[]
    fromMembersOf: readonly SourceLink[]
    notFrom: readonly SourceLink[]
    notFromMembersOf: readonly SourceLink[]
    maxSizeBytes: number | null
  }
  /** To how many its owner may send at once (msExchRecipLimit); null: what holds for everybody. */
  maxRecipients: number | null
  forwarding: { to: SourceLink; keepCopy: boolean } | null
  /** publicDelegates; full access by msExchDelegateListLink; what migration plans with. */
  delegates: readonly SourceLink[]
  fullAccess: readonly SourceLink[]
  sendAs: readonly SourceLink[]
}

/** Something in scope that is left out, and why; asked for by `gal why`, by its name or address too. */
export type SourceOmission = {
  guid: SourceGuid
  changeNumber: string
  place: string
  reason: string
  name: string
  address: string | null
}

export type SourceBatch = {
  objects: readonly SourceObject[]
  omitted: readonly SourceOmission[]
  /** The forms of both, as far as the source tells them. */
  forms?: ReadonlyMap<SourceGuid, string>
  /** Those beside them that are known in just the form they have: nothing more is said of them. */
  same?: readonly SourceForm[]
}

/** An object as it came: whatever is said of it follows from the text, which differs where anything differs. */
export type SourceForm = { guid: SourceGuid; form: string; hasPhoto: boolean }

/** Those of these that are known in just this form. */
export type KnownForms = (forms: readonly SourceForm[]) => Promise<ReadonlySet<SourceGuid>>

/**
 * Why the keeper of the address book wants everything, whatever changed: `missed` and `returned` are what a sweep found, `photos` that
 * not all were looked at after the last runs.
 */
export type FullWanted = 'asked' | 'weekly' | 'missed' | 'returned' | 'photos'

export type WhyFull =
  | FullWanted
  | 'first-run'
  | 'server-changed'
  | 'generation-changed'
  | 'rolled-back'
  | 'keeps-no-changes'
  | 'cookie-refused'

/** Change numbers are counted by each partition's server for itself. */
export type SourceKey = { guid: SourceGuid; changeNumber: string; partition: string }

/** One reading: all of it is from one server per partition, or it fails. */
export type SourceReading = {
  /** What to keep with the data once all of it is applied: of before anything was read, and to be asked for after `changes`. */
  readonly positions: readonly SourcePosition[]
  /** The server itself tells what changed, so that a newer change number alone means nothing. */
  readonly tellsChanges?: boolean
  /** Null: only what changed since the positions given. Stands once `changes` has begun, as a server may refuse to tell them. */
  full: WhyFull | null
  /** Everything that changed, at most 500 at a time; a source may ask what is known in the same form. Throws `SourceFailure`. */
  changes(known?: KnownForms): AsyncIterable<SourceBatch>
  /** Every object in scope now, omitted ones too, at most 1,000 at a time: what is not told is gone. */
  keys(): AsyncIterable<readonly SourceKey[]>
  photos(of: readonly SourceGuid[]): AsyncIterable<{ guid: SourceGuid; octets: Uint8Array }>
  close(): Promise<void>
}

/** Which server a partition is read from, as positions name it. */
export type SourceServer = Pick<SourcePosition, 'partition' | 'server'>

export type DirectorySource = {
  /** For people: `ldaps://dc1.corp.example (corp.example)`. */
  name: string
  /** `since` is what was kept; `full` asks for everything whatever is kept. Throws `SourceFailure`. */
  read(options: {
    since: readonly SourcePosition[]
    full: FullWanted | null
    /** Failed in the last reading: another server is read where there is one. */
    avoid?: SourceServer | undefined
    signal: AbortSignal
  }): Promise<SourceReading>
}

export type SourceFailureKind =
  | 'unreachable'
  | 'tls'
  | 'credentials'
  | 'rights'
  | 'busy'
  | 'interrupted'
  | 'not-ready'
  | 'rolled-back'
  | 'unusable'

/** A named failure of the source with a sentence for people: what is wrong, where, what to do. */
export class SourceFailure extends Error {
  readonly kind: SourceFailureKind
  /** The server that was being read. */
  at: SourceServer | undefined

  constructor(kind: SourceFailureKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}
