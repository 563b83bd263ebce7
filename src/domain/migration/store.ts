import type { OrganizationId } from '#src/base/ids.ts'
import type { FolderNo, ItemNo } from '../mailbox/item.ts'
import type { MailboxRef, Page } from '../mailbox/store.ts'
import type { FolderMark } from './engine/folders/folder-marks.ts'
import type {
  Batch,
  Counts,
  DeferredGrant,
  DeferredGrantState,
  Member,
  MigrationEvent,
  Project,
  ProjectId,
  SourceConfig,
  SourceKind,
  SourceLogin,
} from './engine/project/project.ts'
import type { ItemLedgerState, MemberState } from './engine/project/state.ts'
import type { Loss, LossWeight } from './source.ts'

/** Number of a folder in the ledger of a mailbox. */
export type LedgerFolderNo = number & { readonly ledgerFolder: unique symbol }

/** A folder of a source, and the one here that its items go to. */
export type LedgerFolder = {
  no: LedgerFolderNo
  source: string
  key: string
  target: FolderNo
  /** As the source had them when it was mapped last: what follows renames and moves. */
  name: string
  parent: string | null
  /** The name and parent that we gave it; null where it was there before, so that it is not ours to rename. */
  placed: { name: string; parent: FolderNo } | null
  cursor: string | null
  /** The last pass that went through it to its end. */
  pass: number
  /** Raised each time that the source begins to list everything anew. */
  listing: number
  /** A list of everything is under way: what it does not name is gone once it ends. */
  isListing: boolean
  gone: boolean
  losses: readonly Loss[]
  /** Absent: the source has none, or it was not read to its end since it was noted. */
  mark?: FolderMark | undefined
  /** Absent: mapped last by a version that did not note it. */
  from?: LedgerOrigin | undefined
}

/** Which source it is: names are given by projects, and two of them may give one name to two sources. */
export type LedgerOrigin = {
  project: ProjectId
  kind: SourceKind
  url: string
  /** Which file (`SourceMailbox`); absent: the source has none, or nobody noted it. */
  file?: string
}

/** What became of one item of a source. */
export type LedgerItem = {
  source: string
  key: string
  folder: LedgerFolderNo
  /** The item here; null where there is none. */
  item: ItemNo | null
  state: ItemLedgerState
  version: string
  match: string | null
  attempts: number
  /** Of the item here after what we wrote last: a higher one was somebody else. */
  modseq: number
  /** Listing of its folder in which it was named last. */
  listing: number
  /** Pass in which it came to where it is. */
  pass: number
  sizeBytes: number
  /** Of what is gone: what it became is known; of what came up: which one it was before. Nothing else that looks like it is it. */
  paired?: boolean | undefined
  /** Digest of body or content as the source gave them (`canonical.ts`); null where nothing was had. */
  hash: string | null
  /** Digest of what it is beside body and marks (`canonical.ts`); absent: nobody noted it. */
  facts?: string | undefined
  /** Digest of the files of what is no message; absent: it has none, or nobody noted it. */
  files?: string | undefined
  /** What the source says names its content (`SourceChange`); absent: it says nothing, or nobody noted it. */
  contentId?: string | undefined
  /** For lists of what was left behind; empty for what was copied whole. */
  title: string
  /** When it came in there, epoch milliseconds, of what was left behind; absent: nobody told. */
  receivedAt?: number | undefined
  code: string
  problem: string
  losses: readonly Loss[]
}

/** What becomes of an item that came in or was changed here after the flip, once its mailbox goes back to the source. */
export type ReturnRow = {
  item: ItemNo
  /** Absent: it came in here. */
  change?: ReturnChange
  /** `sent`: it may have arrived there. `returned`: it has. `left`: it is here alone. */
  state: ReturnState
  attempts: number
  sizeBytes: number
  source: string
  /** The folder of the source that it goes to. */
  folder: string
  /** Where that folder stood before it was sent: what the source finds it by (`SourceReturns`). Null: it was not sent yet. */
  mark: string | null
  title: string
  code: string
  problem: string
  losses: readonly Loss[]
}
export type ReturnState = 'sent' | 'returned' | 'left'
/** Of an item that had been copied: marked or put elsewhere, written anew, or deleted here. */
export type ReturnChange = 'marked' | 'edited' | 'deleted'

export type LedgerCounts = { counts: Counts; losses: Record<LossWeight, number> }

export type LedgerQuery = {
  after?: string | null
  limit: number
  state?: ItemLedgerState
  folder?: LedgerFolderNo
  /** Of one source; else of all that filled the mailbox. */
  source?: string
  /** Only what has losses or is not simply copied. */
  troubled?: boolean
}

export type MigrationReader = {
  listProjects(organization: OrganizationId): Promise<readonly Project[]>
  /** Refuses `no-such-item`. */
  getProject(organization: OrganizationId, project: ProjectId): Promise<Project>
  listSources(organization: OrganizationId, project: ProjectId): Promise<readonly SourceConfig[]>
  /** With its secret, for opening it; never for showing. Refuses `no-such-item`. */
  getSourceLogin(organization: OrganizationId, project: ProjectId, source: string): Promise<SourceLogin>
  listBatches(organization: OrganizationId, project: ProjectId): Promise<readonly Batch[]>
  /** Refuses `no-such-item`. */
  getBatch(organization: OrganizationId, project: ProjectId, batch: number): Promise<Batch>
  /** In order of number. */
  listMembers(
    organization: OrganizationId,
    project: ProjectId,
    query: { batch?: number; after?: number | null; limit: number },
  ): Promise<Page<Member>>
  /** The states that members of a batch are in, each once; needs no key. */
  listMemberStates(
    organization: OrganizationId,
    project: ProjectId,
    batch: number,
  ): Promise<readonly MemberState[]>
  /** How many members of each batch are in each state that any is in; needs no key. */
  countMemberStates(
    organization: OrganizationId,
    project: ProjectId,
  ): Promise<readonly { batch: number; state: MemberState; members: number }[]>
  /** Refuses `no-such-item`. */
  getMember(organization: OrganizationId, project: ProjectId, member: number): Promise<Member>
  findMember(organization: OrganizationId, project: ProjectId, address: string): Promise<Member | undefined>
  /** The newest first. */
  listMigrationEvents(
    organization: OrganizationId,
    project: ProjectId,
    query: { before?: number | null; limit: number },
  ): Promise<Page<MigrationEvent>>
  listGrants(
    organization: OrganizationId,
    project: ProjectId,
    query: { state?: DeferredGrantState; owner?: string; after?: number | null; limit: number },
  ): Promise<Page<DeferredGrant>>
  /** Grants in these states that have this address, or name of a source, at an end. */
  grantsOf(
    organization: OrganizationId,
    project: ProjectId,
    address: string,
    states: readonly DeferredGrantState[],
  ): Promise<readonly DeferredGrant[]>

  /** 32 octets, the same for as long as the mailbox is: what `KeyedDigest` makes of bodies can be compared within it. */
  digestKey(at: MailboxRef): Promise<Uint8Array>
  listLedgerFolders(at: MailboxRef, source: string): Promise<readonly LedgerFolder[]>
  /** In order of their numbers, which is that in which they were found. */
  pageLedgerFolders(
    at: MailboxRef,
    source: string,
    query: { after: number | null; limit: number },
  ): Promise<Page<LedgerFolder>>
  /** With these keys, or numbers, in order of their numbers; those that are not there are left out. */
  findLedgerFolders(
    at: MailboxRef,
    source: string,
    by: { keys: readonly string[] } | { nos: readonly LedgerFolderNo[] },
  ): Promise<readonly LedgerFolder[]>
  /** Folders here that items of any source but this one go to, or went; some may be gone. */
  targetsOfOthers(at: MailboxRef, source: string): Promise<ReadonlySet<FolderNo>>
  /** By key; keys that are not there are left out. */
  findLedgerItems(
    at: MailboxRef,
    source: string,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, LedgerItem>>
  /** At most so many with the same match and size. */
  matchingItems(
    at: MailboxRef,
    source: string,
    match: string,
    sizeBytes: number,
    most: number,
  ): Promise<readonly LedgerItem[]>
  /** The row of an item here, if the migration wrote it. */
  findLedgerItemOf(at: MailboxRef, item: ItemNo): Promise<LedgerItem | undefined>
  listLedgerItems(at: MailboxRef, query: LedgerQuery): Promise<Page<LedgerItem, string>>
  /** Which of these states items of a mailbox have. */
  unsettledStates(at: MailboxRef): Promise<ReadonlySet<'pending' | 'gone'>>
  /** Items of a folder that its newest listing did not name, at most `limit`. */
  unlistedItems(
    at: MailboxRef,
    folder: LedgerFolderNo,
    listing: number,
    limit: number,
  ): Promise<readonly LedgerItem[]>
  /** Each state and, of items with losses, each weight, of one source or of all; one pass over the ledger of a mailbox. */
  countLedger(at: MailboxRef, source?: string): Promise<LedgerCounts>
  /** The same of items that have losses or are not simply copied alone; as long as these are many. */
  countTroubled(at: MailboxRef, source?: string): Promise<LedgerCounts>
  countLedgerFolders(
    at: MailboxRef,
    folders: readonly LedgerFolderNo[],
  ): Promise<readonly { folder: LedgerFolderNo; copied: number; bytes: number; settled: number }[]>
  /** Those of the items that went back to a source, or are on their way: what another one did not take may still go there. */
  findReturns(
    at: MailboxRef,
    source: string,
    items: readonly ItemNo[],
  ): Promise<ReadonlyMap<ItemNo, ReturnRow>>
  /** In order of their items' numbers. */
  listReturns(
    at: MailboxRef,
    query: { source?: string; state?: ReturnState; after?: number | null; limit: number },
  ): Promise<Page<ReturnRow, number>>
  /** Of one source; each row is opened. */
  countReturns(at: MailboxRef, source: string): Promise<Readonly<Record<ReturnState, number>>>
}

/** A member whose time has come. */
export type DueMember = {
  organization: OrganizationId
  project: ProjectId
  no: number
  dueAt: number
  priority: number
}

/** Exists only inside `Store.transact`. */
export type MigrationWriter = MigrationReader & {
  putProject(project: Project): Promise<void>
  /** With everything of it but ledgers, which go with their mailboxes. */
  removeProject(organization: OrganizationId, project: ProjectId): Promise<void>
  putSource(organization: OrganizationId, project: ProjectId, login: SourceLogin): Promise<void>
  putBatch(organization: OrganizationId, batch: Batch): Promise<void>
  /** Without its lease. Refuses `name-taken` where another member of the project has its address. */
  putMember(organization: OrganizationId, member: Member): Promise<void>
  removeMember(organization: OrganizationId, project: ProjectId, member: number): Promise<void>
  /** Raises the fence and gives it; null while somebody else's lease holds. */
  leaseMember(
    organization: OrganizationId,
    project: ProjectId,
    member: number,
    lease: { token: string; now: number; until: number },
  ): Promise<number | null>
  /** Throws `LeaseLost` unless the lease is still ours; prolongs it. */
  holdLease(
    organization: OrganizationId,
    project: ProjectId,
    member: number,
    lease: { token: string; fence: number; until: number },
  ): Promise<void>
  freeLease(organization: OrganizationId, project: ProjectId, member: number, token: string): Promise<void>
  addEvent(organization: OrganizationId, project: ProjectId, event: Omit<MigrationEvent, 'no'>): Promise<void>
  /** Adds it, or replaces the one with its number. */
  putGrant(
    organization: OrganizationId,
    project: ProjectId,
    grant: Omit<DeferredGrant, 'no'> & { no?: number },
  ): Promise<void>

  /** Adds it (without number) or replaces it. */
  putLedgerFolder(
    at: MailboxRef,
    folder: Omit<LedgerFolder, 'no'> & { no?: LedgerFolderNo },
  ): Promise<LedgerFolder>
  /** Adds it or replaces the one with its key. */
  putLedgerItem(at: MailboxRef, item: LedgerItem): Promise<void>
  /** Gives it another key: the source knows it under that now. */
  renameLedgerItem(at: MailboxRef, item: LedgerItem, key: string): Promise<void>
  removeLedgerItem(at: MailboxRef, source: string, key: string): Promise<void>
  /** Notes that a listing named them. */
  noteListed(at: MailboxRef, source: string, keys: readonly string[], listing: number): Promise<void>
  /** Items that were left behind are asked for again; how many there are. */
  retrySkipped(at: MailboxRef, source: string): Promise<number>
  /** Adds it or replaces the one of its item, whatever source that is of. */
  putReturn(at: MailboxRef, row: ReturnRow): Promise<void>
  /** Forgets those in a state: they are tried anew when the mailbox goes back once more. */
  forgetReturns(at: MailboxRef, source: string, state: ReturnState): Promise<void>
}

/** What the engine needs beside transactions. */
export type MigrationStore = MigrationReader & {
  /** Members of any organisation that are due before `before`, those of the lowest priority first; needs no key. */
  listDue(before: number, limit: number): Promise<readonly DueMember[]>
  /** When the next one is due after `now`; null: none. */
  nextDueAt(now: number): Promise<number | null>
  /**
   * Ends every lease: for the one process of a data folder, of what the one before it held, which it answers. By whom each was held is
   * still told, as that one did not end it.
   */
  freeMemberLeases(): Promise<readonly Pick<DueMember, 'organization' | 'project' | 'no'>[]>
  /** Organisations with projects. */
  listMigrating(): Promise<readonly { organization: OrganizationId; project: ProjectId }[]>
  /** Calls back after something of a project was changed. Returns how to stop. */
  watch(changed: () => void): () => void
}

/** Somebody else has the lease by now: nothing may be written any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}
