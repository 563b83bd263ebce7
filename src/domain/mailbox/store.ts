import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { Configuration, ConfigurationMark } from './configuration.ts'
import type { ItemContent, ItemSummary, Structure } from './content.ts'
import type { Aspect, Digested, DigestValue } from './digested.ts'
import type { EventEntry, EventQuery, IndexedEvent } from './event-index.ts'
import type { Folder, NewFolder } from './folder.ts'
import type { BodyNo, Flags, FolderNo, Item, ItemClass, ItemNo, ItemPart, ItemState } from './item.ts'

/**
 * Which mailbox. The organisation is always said with it: a mailbox of another organisation is
 * `no-such-mailbox`, whoever asks.
 */
export type MailboxRef = { organization: OrganizationId; mailbox: MailboxId }

export type Mailbox = MailboxRef & {
  /** Last modseq given out. */
  modseq: number
  /** Changes up to this modseq may have been forgotten (`cannot-calculate-changes`). */
  forgottenModseq: number
  /** Items outside the recoverable area. */
  items: number
  /** Octets that count against the quota: every item outside the recoverable area. */
  sizeBytes: number
  recoverableBytes: number
  /** Hard limit in octets (LIM-01). */
  quotaBytes: number
  /** Whether the 90 % notice was given and not yet taken back (LIM-17). */
  quotaNoticeGiven: boolean
  createdAt: number
}

/** A page goes on after `next`; `null` means there is no more. */
export type Page<T, Cursor = number> = { rows: readonly T[]; next: Cursor | null }

export type ItemOrder = 'uid' | 'newest'

/** What an item must be, of what lies in clear. Bounds are as in `Query`: from `since` to before `before`. */
export type Narrowing = {
  flagsSet?: Flags
  flagsUnset?: Flags
  received?: { since?: number; before?: number }
  saved?: { since?: number; before?: number }
  largerThan?: number
  smallerThan?: number
  /** A modseq above this. */
  changedAfter?: number
}

/** A stretch of a folder: `limit` items by uid within the bounds, both included, of which `only` some are given. */
export type ItemScan = {
  uidFrom?: number
  uidTo?: number
  /** From the highest uid down. */
  falling?: boolean
  limit: number
  only?: Narrowing
}

/** `scannedTo` is the last uid that was looked at, or null when the stretch ended before `limit`. */
export type ScannedItems = { rows: readonly ItemState[]; scannedTo: number | null }

export type Change =
  /** `otherModseq`: of its last change that was not of its read mark alone; `modseq` where that is the last of all. */
  | { kind: 'item'; modseq: number; item: ItemState; otherModseq: number }
  | { kind: 'gone'; modseq: number; item: ItemNo; folder: FolderNo; uid: number; createdModseq: number }
  | { kind: 'folder'; modseq: number; folder: Folder }
  | { kind: 'folder-gone'; modseq: number; folder: FolderNo }

export type MailboxReader = {
  getMailbox(at: MailboxRef): Promise<Mailbox>
  listFolders(at: MailboxRef): Promise<readonly Folder[]>
  getFolder(at: MailboxRef, folder: FolderNo): Promise<Folder>
  findFolder(
    at: MailboxRef,
    by: { distinguished: string } | { parent: FolderNo; name: string },
  ): Promise<Folder | undefined>
  /**
   * Items of a folder, `limit` at a time. Order `uid`: ascending, `after` a uid. Order `newest`: by
   * `receivedAt` falling, `after` the `next` of the page before, or `receivedAt:no` of any item.
   */
  listItems(
    at: MailboxRef,
    folder: FolderNo,
    options: {
      order: ItemOrder
      after?: number | string | null
      limit: number
      parts?: readonly ItemPart[]
      uidTo?: number
    },
  ): Promise<Page<Item, number | string>>
  /** In the order asked for; items that are not there are left out. */
  getItems(at: MailboxRef, items: readonly ItemNo[], parts?: readonly ItemPart[]): Promise<readonly Item[]>
  /** Items of a folder by uid, ascending; uids that are not there are left out. At most 1,000 uids a call. */
  getItemsByUid(
    at: MailboxRef,
    folder: FolderNo,
    uids: readonly number[],
    parts?: readonly ItemPart[],
  ): Promise<readonly Item[]>
  /** Flags and modseqs of items of a folder by uids, which ascend; those that are not there are left out. */
  listFlagStates(at: MailboxRef, folder: FolderNo, uids: Uint32Array): Promise<readonly FlagState[]>
  /** Uids of a folder up to `uidTo`, ascending, as ranges; `limit` counts uids, `next` is the last that was looked at. */
  listUids(
    at: MailboxRef,
    folder: FolderNo,
    options: { after?: number; uidTo: number; limit: number },
  ): Promise<Page<readonly [from: number, to: number]>>
  /** Looks through items by flags, dates and sizes without opening anything; in the order of their uids. */
  scanItems(at: MailboxRef, folder: FolderNo, scan: ItemScan): Promise<ScannedItems>
  /** What is kept of an aspect in some blocks (`digestBlockOf`); items of which nothing is kept are left out. */
  readDigests(
    at: MailboxRef,
    aspect: Aspect,
    blocks: readonly number[],
  ): Promise<ReadonlyMap<ItemNo, DigestValue>>
  /**
   * What changed after `since`, in modseq order, each thing once with its newest state; `next` is the
   * modseq to go on from. An item that moved is gone from one folder and there in another, under modseqs of their
   * own; what came and went after `since` is told as gone too. With `folder`, only that folder's items; with `only`, folders
   * alone, which costs nothing for items. Refuses `cannot-calculate-changes`.
   */
  changes(
    at: MailboxRef,
    query: { since: number; folder?: FolderNo; only?: 'folders'; limit: number },
  ): Promise<Page<Change>>
  /** Events by when they take place, in order of item, without those of the recoverable area. */
  eventsIn(at: MailboxRef, query: EventQuery): Promise<Page<IndexedEvent, ItemNo>>
  /** Events of an iCalendar UID, those of the recoverable area last; at most 100. */
  eventsByUid(at: MailboxRef, uid: string): Promise<readonly { item: ItemNo; folder: FolderNo }[]>
  findConfiguration(
    at: MailboxRef,
    folder: FolderNo | 'root',
    name: string,
  ): Promise<Configuration | undefined>
  /** Those of that name which hang on some of these folders, by folder, in one read. */
  findConfigurations(
    at: MailboxRef,
    folders: readonly FolderNo[],
    name: string,
  ): Promise<ReadonlyMap<FolderNo, Configuration>>
  /** In order of name; at most 1,000. */
  listConfigurations(at: MailboxRef, folder: FolderNo): Promise<readonly Configuration[]>
  /** A few of them at a time, in an order that stays, from behind `after`: together they may be a gigabyte. */
  pageConfigurations(
    at: MailboxRef,
    folder: FolderNo,
    after: ConfigurationMark | null,
  ): Promise<Page<Configuration, ConfigurationMark>>
  /** Keywords in use in the mailbox. */
  listKeywords(at: MailboxRef): Promise<readonly string[]>
  /** The octets of a body from `start` (0) to before `end`, decrypted and proven chunk by chunk; nobody else has the pieces. */
  readBody(at: MailboxRef, body: BodyNo, range?: { start?: number; end?: number }): AsyncIterable<Uint8Array>
  /** Whole bodies that are small enough to lie beside their items, read together; the others, and those not there, are left out. */
  readSmallBodies(at: MailboxRef, bodies: readonly BodyNo[]): Promise<ReadonlyMap<BodyNo, Uint8Array>>
}

/** A body that has been taken in but belongs to no item yet; it is garbage until a transaction stores an item with it. */
export type StagedBody = { readonly sizeBytes: number; readonly staged: unique symbol }

export type NewItem = {
  folder: FolderNo
  class: ItemClass
  flags?: Flags
  keywords?: readonly string[]
  receivedAt: number
  /** A staged body, or one that another item of this mailbox already has. */
  body?: StagedBody | { sameAs: ItemNo }
  summary: ItemSummary
  structure?: Structure
  content?: ItemContent
  properties?: Readonly<Record<string, unknown>>
  /** Events only: what they are found by. */
  event?: EventEntry
  /** Set only by imports that must not be refused and by notices of the service itself. */
  ignoreQuota?: boolean
}

export type ItemPatch = {
  /** Whole new keyword list. */
  keywords?: readonly string[]
  receivedAt?: number
  /** As of a new item; null: it has none any more, and counts for what its content has. */
  body?: NewItem['body'] | null
  summary?: ItemSummary
  structure?: Structure | null
  content?: ItemContent | null
  properties?: Readonly<Record<string, unknown>> | null
  event?: EventEntry | null
  /** It may grow beyond the quota. */
  ignoreQuota?: boolean
}

export type ItemTransfer = { items: readonly ItemNo[]; to: FolderNo; ignoreQuota?: boolean }

export type FlagChange = {
  /** All flags anew, but for `hasAttachment`, which stays. */
  set?: Flags
  add?: Flags
  remove?: Flags
  setKeywords?: readonly string[]
  /** Of the keywords there were, `setKeywords` leaves these. */
  keepsKeyword?: (keyword: string) => boolean
  addKeywords?: readonly string[]
  removeKeywords?: readonly string[]
  /** Items changed after this modseq are left alone and reported (RFC 7162 §3.1.3). */
  unchangedSince?: number
}

/** What a change of flags is about. */
export type FlagState = Pick<ItemState, 'no' | 'uid' | 'flags' | 'keywords' | 'modseq'>

/** One item as it was right before and is right after; the same where nothing was to be changed. */
export type FlagsChanged = { before: FlagState; after: FlagState }

export type Moved = { item: ItemNo; fromUid: number; toUid: number; toItem: ItemNo; modseq: number }

/** Exists only inside `Store.transact`. Each call is one round trip; counts, sizes and modseqs are kept by it. */
export type MailboxWriter = MailboxReader & {
  createMailbox(
    at: MailboxRef,
    options: { quotaBytes: number; folders: readonly DistinguishedFolder[] },
  ): Promise<Mailbox>
  /** Removes the key first: whatever else is left of it is unreadable for ever. Rows and bodies go in the background. */
  destroyMailbox(at: MailboxRef): Promise<void>
  setQuota(at: MailboxRef, quotaBytes: number): Promise<void>
  setQuotaNotice(at: MailboxRef, given: boolean): Promise<void>
  createFolder(at: MailboxRef, folder: NewFolder): Promise<Folder>
  changeFolder(
    at: MailboxRef,
    folder: FolderNo,
    change: { parent?: FolderNo; name?: string; subscribed?: boolean },
  ): Promise<Folder>
  /** Refuses `folder-not-empty` while it has items or folders. */
  deleteFolder(at: MailboxRef, folder: FolderNo): Promise<void>
  /** Refuses `over-quota`. */
  appendItem(at: MailboxRef, item: NewItem): Promise<ItemState>
  /** A message that gets another body gets another uid too, as if it had moved within its folder. */
  changeItem(at: MailboxRef, item: ItemNo, patch: ItemPatch): Promise<ItemState>
  /** New states of the items that changed, and the items that `unchangedSince` held back. */
  changeFlags(
    at: MailboxRef,
    items: readonly ItemNo[],
    change: FlagChange,
  ): Promise<{ changed: readonly ItemState[]; held: readonly ItemNo[] }>
  /**
   * The same for items of a folder by uids, which ascend: of all that are there and were not held back, and the uids of
   * those that were. Those that change take modseqs in this order.
   */
  changeFlagsByUid(
    at: MailboxRef,
    folder: FolderNo,
    uids: Uint32Array,
    change: FlagChange,
  ): Promise<{ changes: readonly FlagsChanged[]; held: readonly number[] }>
  /**
   * Items that are not there (any more) are left out of the answer. The recoverable area remembers where each came
   * from; bringing items out of it refuses `over-quota`.
   */
  moveItems(at: MailboxRef, move: ItemTransfer): Promise<readonly Moved[]>
  /** Copies share the body. Refuses `over-quota`. */
  copyItems(at: MailboxRef, copy: ItemTransfer): Promise<readonly Moved[]>
  /** For ever: rows go, tombstones stay, bodies without items are freed. */
  removeItems(at: MailboxRef, items: readonly ItemNo[]): Promise<void>
  /** Keeps what was made of summaries until they are changed; passes over items that are not as they were any more. */
  keepDigests(at: MailboxRef, aspect: Aspect, digested: readonly Digested[]): Promise<void>
  /** Writes it in place of one of that name; null removes it. Refuses `no-such-folder`, `too-large`, `limit-exceeded`. */
  putConfiguration(
    at: MailboxRef,
    folder: FolderNo,
    name: string,
    content: Configuration['content'] | null,
  ): Promise<void>
  /** Forgets tombstones up to `modseq`, at most `limit`; true when none is left. */
  forgetChanges(at: MailboxRef, modseq: number, limit: number): Promise<boolean>
}

/** A folder that comes with every mailbox, named by its EWS distinguished name; `parent` is one too. */
export type DistinguishedFolder = {
  distinguished: string
  parent: string | null
  name: string
  class: Folder['class']
  subscribed?: boolean
}
