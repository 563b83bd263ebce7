import type { EntryId, MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { AvailabilityConfiguration, AvailabilityLogin } from '../availability/configuration.ts'
import type { FolderNo } from '../mailbox/item.ts'
import type { Page } from '../mailbox/store.ts'
import type {
  Attachment,
  AttachmentKind,
  Entry,
  EntryFilter,
  EntryKind,
  Group,
  NewEntry,
  Resource,
} from './entry.ts'
import type { FolderRights } from './folder-permission.ts'
import type { DkimKey, MailDomain } from './mail-domain.ts'
import type { MailboxRights } from './mailbox-permission.ts'
import type { DirectorySettings } from './settings.ts'

/** By which an entry is known: each is one indexed read. */
export type EntryKey =
  | { id: EntryId }
  | { address: string }
  | { x500: string }
  | { sip: string }
  | { name: string; kind: EntryKind }
  | { mailbox: MailboxId }
  | { identityProviderUserId: string }

/** `after` is the `next` of the page before; `limit` at most 1,000. */
type PageRequest<Cursor> = { after?: Cursor | null; limit: number }

export type MailboxPermission = { owner: EntryId; grantee: EntryId; rights: MailboxRights }

/** Who a folder permission is for: an entry, everybody of the organisation, or everybody else. */
export type FolderGrantee = EntryId | 'default' | 'anonymous'
export type FolderPermission = { folder: FolderNo; grantee: FolderGrantee; rights: FolderRights }

/** A kept password, as a PHC string. */
export type Credential = { hash: string; changedAt: number }

/** A personal access token without its secret (IDC-02). Times are epoch milliseconds. */
export type Token = {
  id: string
  entry: EntryId
  name: string
  scopes: readonly string[]
  createdAt: number
  expiresAt: number
  lastUsedAt: number | null
}

export type DirectoryChange =
  | { kind: 'entry'; version: number; entry: Entry }
  | { kind: 'gone'; version: number; id: EntryId; entryKind: EntryKind }

/** What is left of an entry past its time of grace. */
export type Expired = {
  organization: OrganizationId
  entry: EntryId
  mailbox: MailboxId | null
  purgeAt: number
}

/**
 * Reads the directory of one organisation at a time: what belongs to another organisation is not there,
 * whoever asks. Only `findDomainOwner`, `findDomainClaims`, `findMailFromOwner` and `listExpired` look over the whole service; they tell ids.
 */
export type DirectoryReader = {
  /** The version of the last change of anything in the organisation's directory; 0 before the first. */
  directoryVersion(organization: OrganizationId): Promise<number>
  settings(organization: OrganizationId): Promise<DirectorySettings>

  /** Also of a deleted entry, until it is purged. Refuses `no-such-entry`. */
  getEntry(organization: OrganizationId, entry: EntryId): Promise<Entry>
  findEntry(organization: OrganizationId, by: EntryKey): Promise<Entry | undefined>
  /**
   * Entries in the order in which they were made. A call looks at 1,000 entries at most, so a page may be
   * short, even empty, and still go on.
   */
  listEntries(
    organization: OrganizationId,
    query: PageRequest<number> & { kind?: EntryKind; filter?: EntryFilter },
  ): Promise<Page<Entry>>
  /**
   * What changed after `since`, in version order, each entry once with its newest state; `next` is the
   * version to go on from. Refuses `cannot-calculate-changes`.
   */
  directoryChanges(
    organization: OrganizationId,
    query: { since: number; limit: number },
  ): Promise<Page<DirectoryChange>>
  findAttachment(
    organization: OrganizationId,
    entry: EntryId,
    kind: AttachmentKind,
  ): Promise<Attachment | undefined>

  /** Direct members, in order of id, without deleted ones. */
  listMembers(
    organization: OrganizationId,
    group: EntryId,
    page: PageRequest<EntryId>,
  ): Promise<Page<Entry, EntryId>>
  /** Groups that it is a direct member of, in order of id, without deleted ones. */
  listGroupsOf(
    organization: OrganizationId,
    member: EntryId,
    page: PageRequest<EntryId>,
  ): Promise<Page<Group, EntryId>>
  /**
   * The entry and every group that holds it, directly or through groups, each once, at most `limit`.
   * With `enabledOnly`, groups that are not ENABLED are as if they were not there.
   */
  listPrincipals(
    organization: OrganizationId,
    entry: EntryId,
    options: { enabledOnly: boolean; limit: number },
  ): Promise<readonly EntryId[]>

  /** Who has rights on the mailbox of `owner`, in order of grantee. */
  listPermissions(
    organization: OrganizationId,
    owner: EntryId,
    page: PageRequest<EntryId>,
  ): Promise<Page<MailboxPermission, EntryId>>
  /** The rights that `grantee` was itself given on the mailbox of `owner`. */
  ownRights(organization: OrganizationId, owner: EntryId, grantee: EntryId): Promise<MailboxRights>
  /** The rights of `grantee` on the mailbox of `owner`, its own and those through enabled groups, together. */
  mailboxRights(organization: OrganizationId, owner: EntryId, grantee: EntryId): Promise<MailboxRights>
  /** Entries on whose mailboxes `grantee` has rights, itself or through enabled groups, in order of owner. */
  listOwners(
    organization: OrganizationId,
    grantee: EntryId,
    page: PageRequest<EntryId>,
  ): Promise<Page<{ owner: Entry; rights: MailboxRights }, EntryId>>
  /**
   * Mailboxes on whose folders `grantee`, or an enabled group that holds it, was given rights beyond free/busy times, in
   * order of id; of `default`, those on whose folders everybody was, which may be every mailbox there is.
   */
  listSharedMailboxes(
    organization: OrganizationId,
    grantee: EntryId | 'default',
    page: PageRequest<MailboxId>,
  ): Promise<Page<MailboxId, MailboxId>>
  /** Users and groups that answer for a resource, in order of id. */
  listDelegates(
    organization: OrganizationId,
    resource: EntryId,
    page: PageRequest<EntryId>,
  ): Promise<Page<Entry, EntryId>>
  /** Resources that a user or group answers for, in order of id. */
  listResourcesOf(
    organization: OrganizationId,
    delegate: EntryId,
    page: PageRequest<EntryId>,
  ): Promise<Page<Resource, EntryId>>
  /** Whether the entry, or an enabled group that holds it, answers for the resource. */
  isDelegate(organization: OrganizationId, resource: EntryId, entry: EntryId): Promise<boolean>
  listFolderPermissions(
    organization: OrganizationId,
    mailbox: MailboxId,
    folder: FolderNo,
  ): Promise<readonly FolderPermission[]>
  /**
   * The permissions of a mailbox that speak about `grantee`: its own, of enabled groups that hold it, and
   * `default`; of `anonymous` for `'anonymous'`. At most 10,000.
   */
  folderPermissionsFor(
    organization: OrganizationId,
    mailbox: MailboxId,
    grantee: EntryId | 'anonymous',
  ): Promise<readonly FolderPermission[]>

  /** Who has proven that a mail domain is theirs, over the whole service. `name` in any case. */
  findDomainOwner(
    name: string,
  ): Promise<
    { organization: OrganizationId; name: string; use: MailDomain['use']; verified: true } | undefined
  >
  /** Who says that a domain is theirs and has not proven it, at most `limit`. Nothing of its mail is theirs to know. */
  findDomainClaims(name: string, limit: number): Promise<readonly OrganizationId[]>
  /** The proven domain, over the whole service, whose MAIL FROM domain is `name`, in any case (DOM-06). */
  findMailFromOwner(name: string): Promise<{ organization: OrganizationId; domain: string } | undefined>
  /** Refuses `no-such-domain`. */
  getDomain(organization: OrganizationId, name: string): Promise<MailDomain>
  findDomain(organization: OrganizationId, name: string): Promise<MailDomain | undefined>
  /** In order of name. */
  listDomains(organization: OrganizationId, page: PageRequest<string>): Promise<Page<MailDomain, string>>
  countDomains(organization: OrganizationId): Promise<number>
  /** Whether an address of an entry is in the domain. */
  isDomainUsed(organization: OrganizationId, name: string): Promise<boolean>
  /** Refuses `no-such-domain`. */
  getDkimKey(organization: OrganizationId, name: string): Promise<DkimKey>

  /** `domain` in lower case. */
  findAvailability(
    organization: OrganizationId,
    domain: string,
  ): Promise<AvailabilityConfiguration | undefined>
  /** With its secret, for asking; never for showing. */
  findAvailabilityLogin(organization: OrganizationId, domain: string): Promise<AvailabilityLogin | undefined>
  /** In no order that means anything. */
  listAvailability(
    organization: OrganizationId,
    page: PageRequest<string>,
  ): Promise<Page<AvailabilityConfiguration, string>>

  findCredential(organization: OrganizationId, entry: EntryId): Promise<Credential | undefined>
  /** `digest` is what `createToken` was given. */
  findToken(organization: OrganizationId, by: { digest: string } | { id: string }): Promise<Token | undefined>
  /** In order of making, of one user or of all. */
  listTokens(
    organization: OrganizationId,
    query: PageRequest<number> & { entry?: EntryId },
  ): Promise<Page<Token>>

  /** What is due to be purged at `now` in any organisation, earliest first. */
  listExpired(now: number, page: { after?: Expired | null; limit: number }): Promise<readonly Expired[]>
}

/** Exists only inside `Store.transact`. Every call that changes something takes the directory's next version. */
export type DirectoryWriter = DirectoryReader & {
  putSettings(organization: OrganizationId, settings: DirectorySettings): Promise<void>

  /** Refuses `name-taken`, `address-in-use`. */
  createEntry(organization: OrganizationId, entry: NewEntry): Promise<Entry>
  /**
   * Replaces the whole entry with its names and addresses; a deleted entry gives back its name. Refuses `no-such-entry`, `name-taken`, `address-in-use`.
   */
  saveEntry(organization: OrganizationId, entry: Entry): Promise<Entry>
  /** Its memberships, members, rights, delegations, password and tokens, whichever side it is on. */
  removeRelations(organization: OrganizationId, entry: EntryId): Promise<void>
  /** For ever, with everything that hangs on it; a tombstone stays. Refuses `no-such-entry`. */
  removeEntry(organization: OrganizationId, entry: EntryId): Promise<void>
  /** Forgets tombstones up to `version`, at most `limit`; true when none is left. */
  forgetDirectoryChanges(organization: OrganizationId, version: number, limit: number): Promise<boolean>
  /** With null it is removed. The entry's note of it is the caller's to save. */
  putAttachment(
    organization: OrganizationId,
    entry: EntryId,
    kind: AttachmentKind,
    attachment: Attachment | null,
  ): Promise<void>

  /** Refuses `no-such-entry` for either. Twice is once. */
  addMember(organization: OrganizationId, group: EntryId, member: EntryId): Promise<void>
  /** Not being a member is no error. */
  removeMember(organization: OrganizationId, group: EntryId, member: EntryId): Promise<void>
  /** Replaces the rights of `grantee`; 0 removes them. Refuses `no-such-entry` for either. */
  putPermission(organization: OrganizationId, permission: MailboxPermission): Promise<void>
  addDelegate(organization: OrganizationId, resource: EntryId, delegate: EntryId): Promise<void>
  removeDelegate(organization: OrganizationId, resource: EntryId, delegate: EntryId): Promise<void>
  /** Replaces the permission of one grantee on one folder; null removes it. Refuses `no-such-mailbox`, `no-such-entry`. */
  putFolderPermission(
    organization: OrganizationId,
    mailbox: MailboxId,
    folder: FolderNo,
    grantee: FolderGrantee,
    rights: FolderRights | null,
  ): Promise<void>
  /** Those of one folder, or of every folder of the mailbox. Refuses `no-such-mailbox`. */
  removeFolderPermissions(organization: OrganizationId, mailbox: MailboxId, folder?: FolderNo): Promise<void>

  /** Refuses `domain-in-use` when it has it already, or another organisation has proven that it is theirs. */
  createDomain(
    organization: OrganizationId,
    domain: Omit<MailDomain, 'version'>,
    key: DkimKey,
  ): Promise<MailDomain>
  /**
   * With `key`, the signing key is replaced too. Refuses `no-such-domain`, and `domain-in-use` for one that would be
   * VERIFIED here and is so in another organisation.
   */
  saveDomain(organization: OrganizationId, domain: MailDomain, key?: DkimKey): Promise<MailDomain>
  /** Refuses `no-such-domain`. That no address uses it is the caller's to see. */
  removeDomain(organization: OrganizationId, name: string): Promise<void>

  /** Puts it in place of one for that domain. */
  putAvailability(organization: OrganizationId, login: AvailabilityLogin): Promise<void>
  /** Refuses `no-such-item`. `domain` in lower case. */
  removeAvailability(organization: OrganizationId, domain: string): Promise<void>

  /** With null it is removed. Refuses `no-such-entry`. */
  putCredential(organization: OrganizationId, entry: EntryId, credential: Credential | null): Promise<void>
  /** `digest`: a one-way digest of the secret; only a blind index of it is kept. Refuses `no-such-entry`. */
  createToken(organization: OrganizationId, token: Token, digest: string): Promise<void>
  /** Refuses `no-such-token`. Takes no version. */
  touchToken(organization: OrganizationId, id: string, lastUsedAt: number): Promise<void>
  /** Refuses `no-such-token`. */
  removeToken(organization: OrganizationId, id: string): Promise<void>
}
