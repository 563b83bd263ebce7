import type { MeetingDelivery } from '../calendar/delegates.ts'
import type { WorkingHours } from '../calendar/working-hours.ts'
import type { FolderProfile, FolderRights } from '../directory/folder-permission.ts'
import type { Configuration } from '../mailbox/configuration.ts'
import type { ItemContent } from '../mailbox/content.ts'
import type { AttachedKind } from '../mailbox/files.ts'
import type { FolderClass } from '../mailbox/folder.ts'
import type { Flags, ItemClass } from '../mailbox/item.ts'
import type { JunkLists } from '../rules/junk-lists.ts'
import type { Rule, RuleActions } from '../rules/rule.ts'
import type { FoundGrant } from './grant.ts'
import type { SourceFailure } from './source-failure.ts'

/**
 * A system that mailboxes are copied from: Exchange over EWS, Amazon WorkMail, IMAP, a PST file, another Landbridge.
 * Connectors implement it in the domain's words; nothing behind it changes the source. Everything rejects with `SourceFailure`.
 */
export type MailboxSource = {
  /** For people: `Exchange at mail.corp.example`. */
  readonly name: string
  /** Caps and throttling belong to an account there: one name for each server whose budget is shared. */
  readonly server: string
  /** What the server lets one account do at once, where it says so or is known for it; lanes start below it. */
  readonly connections: number
  /** Octets that its connections have carried so far, in both directions; absent: nobody counts them. */
  carried?(): number
  /** Its part of the pre-flight: name, TLS, sign-in, right to read, version, clock. Never rejects. */
  check(mailbox: string | null, signal: AbortSignal): Promise<readonly SourceCheck[]>
  /** What of its server and our account there ends, as far as it was seen. */
  expiries?(): readonly Expiry[]
  /** Opens a mailbox by its primary address there. */
  open(mailbox: string, signal: AbortSignal): Promise<SourceMailbox>
  /**
   * One that was opened before, without asking for it: whoever takes it lists its folders first, which says whether it is still there. What
   * its folders are for may be as it was told some days ago, as long as they are the same. Undefined, or absent: it is to be opened.
   */
  reopen?(mailbox: string): SourceMailbox | undefined
  close(): Promise<void>
}

/** `of`: the server, or the account. Epoch milliseconds. */
export type Expiry = { what: 'certificate' | 'password' | 'service'; of: string; endsAt: number }

export type SourceCheck = {
  /** `TLS`, `impersonation`, … */
  name: string
  state: 'ok' | 'warning' | 'failed'
  /** What was found. */
  found: string
  /** What to do; empty where nothing is. */
  remedy: string
  /** The server wants to be left alone, which says nothing of the mailbox. */
  busy?: boolean
  /** The server could not be reached, or broke off: it may be back in a moment. */
  transient?: boolean
  /** For so long, where it says so. */
  backOffMs?: number
  /** Name or password are not taken, whatever mailbox is asked for (`SourceFailure`). */
  ofSignIn?: boolean
}

export type SourceMailbox = {
  /** Of a file that another one may take the place of: which it is. Its keys mean nothing in another one. */
  readonly file?: string
  /** How large that file is, where its folders do not say. */
  readonly fileBytes?: number
  /** Every folder whose items are copied, parents before children. */
  folders(signal: AbortSignal): AsyncIterable<SourceFolder>
  /** Whether the last list of folders lacks some that may be there: what it does not name is then not gone. */
  readonly lacksFolders?: boolean
  /**
   * Whether the folder of that key, which the last list does not name, may be there and be kept from us: what came from it is then not
   * gone. Absent: none is.
   */
  mayBeHidden?(key: string, signal: AbortSignal): Promise<boolean>
  /** For a source whose keys of folders are their names; absent: they stay. */
  readonly renamed?: RenamedFolders
  /**
   * What is new in a folder since `cursor`, the next page of at most `limit` changes; `null` from the beginning. A cursor is
   * opaque, of any length, and may be asked again: the page after it comes again. A cursor that the source does not know
   * any more (SyncState invalidated, UIDVALIDITY changed) is answered with `restarted` and the first page of the whole list.
   * Rejects with `item-permanent` where this folder alone cannot be read.
   */
  changes(
    folder: SourceFolder,
    cursor: string | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<ChangePage>
  /**
   * Items of a folder above a size, at most `most` of them, without reading them; absent where lists of changes say it as cheaply.
   * Rejects with `item-permanent` where this folder alone cannot be read.
   */
  largeItems?(
    folder: SourceFolder,
    above: { bytes: number; most: number },
    signal: AbortSignal,
  ): Promise<readonly LargeItem[]>
  /** Whether what the source told with its folders says that `changes` after that cursor would be none. */
  isIdle?(folder: SourceFolder, cursor: string): boolean
  /**
   * Items by key, in any order, each once: read in requests as large as the source bears, halved when it does not. What
   * cannot be had comes as a failure of its own and does not hold up the others. With `spare` more than one request may be
   * under way at once.
   */
  items(
    folder: SourceFolder,
    keys: readonly string[],
    signal: AbortSignal,
    spare?: SparePlace,
  ): AsyncIterable<ReadItem>
  /**
   * What messages are beside their octets and marks, by key, without reading those: asked of what moved. What cannot be had is left
   * out. Absent where that changes of no message.
   */
  facts?(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, SourceFacts>>
  /** What it does just now that takes longer than people expect, as a sentence; undefined: nothing of the kind. */
  doing?(): string | undefined
  /** Everything of the mailbox that is no item. */
  settings(signal: AbortSignal): Promise<SourceSettings>
  /** For the way back; absent where the system cannot be written to. */
  readonly returns?: SourceReturns | undefined
  close(): Promise<void>
}

/** How folders are known again under other names. */
export type RenamedFolders = {
  /** What the last list says that a folder keeps under another name (UIDVALIDITY); others may have the same. Undefined: nothing. */
  lifeOf(folder: SourceFolder): string | undefined
  /** The same of a folder as it was, by its cursor, else by the key of one of its items. Undefined too where its key stays. */
  lifeWas(folder: { key: string; cursor: string | null }, item?: string): string | undefined
  /** Whether it has those of these items that are left, some at least; undefined: none is left, or nothing tells them. */
  holds(
    folder: SourceFolder,
    items: readonly { key: string; match: string | null }[],
    signal: AbortSignal,
  ): Promise<boolean | undefined>
  /** The key that an item has in this folder, where it had that one under another name of it. */
  keyIn(folder: SourceFolder, item: string): string
}

/** By its subject, empty where that could not be had. */
export type LargeItem = { title: string; sizeBytes: number }

/**
 * A place of the server's budget for one more call beside those under way, and how to let go of it, with what the call failed of if it
 * did; undefined: none is free.
 */
export type SparePlace = () => ((failure?: unknown) => void) | undefined

/**
 * Takes back what came in or was changed here after a mailbox had moved. Nothing leaves because of it: no invitation, no reply,
 * no receipt.
 */
export type SourceReturns = {
  /** Where a folder stands now: kept before something is put there, so that it can be found among what came since. */
  mark(folder: SourceFolder, signal: AbortSignal): Promise<string>
  /** Makes a folder below another, null: at the top. Throws `SourceFailure`, `item-permanent` for one that the system does not make. */
  makeFolder?(
    folder: Pick<SourceFolder, 'name' | 'class'>,
    parent: SourceFolder | null,
    signal: AbortSignal,
  ): Promise<SourceFolder>
  /**
   * Gives a folder another name and puts it below another, null: at the top. Its key may be another one then. Throws as
   * `makeFolder`.
   */
  placeFolder?(
    folder: SourceFolder,
    to: { name: string; parent: SourceFolder | null },
    signal: AbortSignal,
  ): Promise<SourceFolder>
  /**
   * Subscribes its owner to a folder, or ends that (RFC 9051 section 6.3.7). Throws `SourceFailure`, `item-permanent` where it is not
   * taken.
   */
  subscribe?(folder: SourceFolder, subscribed: boolean, signal: AbortSignal): Promise<void>
  /** Sets the absence of its owner. Throws `SourceFailure`, `item-permanent` where it is not taken. */
  setOutOfOffice?(absence: SourceOutOfOffice, signal: AbortSignal): Promise<void>
  /**
   * Changes inbox rules, those that are named and no other, each found by what it says; one that is as it is wanted stays. Answers
   * in the order of what was asked: null for what is done, else why it is not. Throws `SourceFailure`, `item-permanent` where none is.
   */
  changeRules?(orders: readonly RuleOrder[], signal: AbortSignal): Promise<readonly (string | null)[]>
  /**
   * Writes what programs keep with a folder, and reads it again. Throws `SourceFailure`, `item-permanent` where it is not taken, or is
   * otherwise there.
   */
  putConfiguration?(order: ConfigurationOrder, signal: AbortSignal): Promise<void>
  /** Puts an item there. Throws `SourceFailure`, `item-permanent` for what the system does not take, `no-room` while the mailbox is full. */
  put(folder: SourceFolder, item: SourceItem, how: ReturnOrder, signal: AbortSignal): Promise<PutItem>
  /**
   * Gives an item that the source knows the marks that it has here, and puts it where it lies here; reads it again: what is
   * otherwise there is a loss. Throws as `put`, with code `gone` for what is not there any more.
   */
  change(item: KnownItem, wanted: WantedItem, how: ReturnOrder, signal: AbortSignal): Promise<PutItem>
}

/** An item as the ledger has it. */
export type KnownItem = Pick<SourceItem, 'key' | 'match' | 'title'> & {
  folder: SourceFolder
  class: ItemClass | null
  /** As it was listed; it counts where there is no match. */
  sizeBytes?: number
}
/**
 * Null, and `properties` absent: as it is. `content` is that of the item, by which its occurrences are found; `message` are the octets,
 * which are there as they are here.
 */
export type WantedItem = {
  marks: SourceMarks | null
  to: SourceFolder | null
  properties?: SourceItem['properties'] | undefined
  content?: SourceItem['content'] | undefined
  message?: SourceItem['message'] | undefined
}

export type ReturnOrder = {
  /** Of this item and no other, the same at each attempt. */
  token: string
  mark: string
  /** It was sent before and nobody knows whether it arrived: it is looked for first. */
  again: boolean
}

/** As the lists of the source name it from now on. */
export type PutItem = Pick<SourceItem, 'key' | 'version' | 'match' | 'losses'>

export type SourceFolder = {
  /** Stable as long as the folder lives, also when it is renamed or moved. */
  key: string
  parent: string | null
  name: string
  /** EWS distinguished name (`inbox`, `sentitems`, …) when the source says what it is for; names are never guessed over it. */
  role: string | null
  class: FolderClass
  /** The source's own class where it is another than the usual: `IPF.Note.OutlookHomepage`. */
  folderClass: string | null
  items: number | null
  sizeBytes: number | null
  /** Whether its owner subscribes to it (RFC 9051 section 6.3.7); absent: the source has no word for it. */
  subscribed?: boolean
  /**
   * What the source says of all items of the folder together, for nothing but being compared: another one says that something changed,
   * the same one that most likely nothing did. Null or absent: it says nothing of the kind.
   */
  mark?: string | null
}

export type SourceChange =
  | {
      kind: 'item'
      /** Unique in the mailbox; the same one in another folder says that it moved. */
      key: string
      /** Another one whenever the item changed: change key, MODSEQ and flags. */
      version: string
      sizeBytes: number | null
      /**
       * What the item keeps when it moves to another folder (PR_SEARCH_KEY; for IMAP Message-Id, date and size): with the same
       * size it is the same content. null: nothing.
       */
      match: string | null
      /** Not null: of an item that is known nothing but these can have changed, so it is not read again. */
      marks: SourceMarks | null
      /** It is listed as new to its folder: where it is known there in another version, more than its marks may have changed. */
      asNew?: true
      /** When it came in, epoch milliseconds, where a list tells that: two that look alike did not come in the same second. */
      receivedAt?: number
      /** Its match is of what any message may say of itself: it is read and compared before it is taken for one that is known. */
      unproven?: true
      /** Names what is in it, and for ever nothing else (EMAILID, RFC 8474 section 5.1): where a known one has it, that is the proof. */
      contentId?: string
    }
  /** `forGood`: it lies in no other folder either. */
  | { kind: 'gone'; key: string; forGood?: true }
  | { kind: 'read'; key: string; seen: boolean }

/** Marks on an item that are taken over without reading it again. */
export type SourceMarks = { flags: Flags; keywords: readonly string[] }

export type ChangePage = {
  changes: readonly SourceChange[]
  /** Where the next page begins; stored only after every change of this page is settled. */
  cursor: string
  more: boolean
  /** The cursor that was given is void: this is the first page of a list of everything; what it does not name is gone. */
  restarted: boolean
  /** It names nothing, and what is in the folder may only be kept from us (`SourceMailbox.mayBeHidden`). */
  hidden?: true
}

export type ReadItem =
  | { kind: 'item'; item: SourceItem }
  /**
   * `title`: its subject, where at least that could be had, and `receivedAt`, epoch milliseconds; `attempts`: how often it was asked
   * for, absent: once. Code `gone`: it went away after it was listed.
   */
  | ({ kind: 'failed'; key: string; failure: SourceFailure; attempts?: number } & ToldItem)

/** What is told of an item that cannot be had itself. */
export type ToldItem = { title?: string; receivedAt?: number }

/** An item of a source in the terms of our own mailboxes. */
export type SourceItem = {
  key: string
  version: string
  match: string | null
  class: ItemClass
  /** Subject, for lists of what was left behind. */
  title: string
  /** Epoch milliseconds. */
  receivedAt: number
  flags: Flags
  keywords: readonly string[]
  /** By EWS ExtendedFieldURI key, as they are kept beside an item. */
  properties: Readonly<Record<string, string | readonly string[]>>
  /** PidTagMessageClass of a meeting message that is kept here, for sources that it goes back to; its octets alone may not tell them. */
  meetingClass?: string
  /** Messages: the octets as they are there. Read at most once, before the next item is asked for. */
  message: SourceOctets | null
  /** JSCalendar, JSContact or note; null for messages. */
  content: ItemContent | null
  /** Files of events, contacts, tasks and notes, in the order of the source; read as `message` is. */
  attachments: readonly SourceAttachment[]
  /** What could not be carried over, each named. */
  losses: readonly Loss[]
}

export type SourceFacts = Pick<SourceItem, 'class' | 'title' | 'receivedAt' | 'properties'>

export type SourceOctets = {
  /** Exact where it is known. */
  sizeBytes: number | null
  /** All of them, where they lie in memory anyway and stay as they are. */
  whole?: Uint8Array
  /** `whole` is not wanted any more: where nobody else has it, its memory is free at once, and it is empty. */
  letGo?(): void
  open(signal: AbortSignal): AsyncIterable<Uint8Array>
}

export type SourceAttachment = SourceOctets & {
  name: string
  /** What is attached as an item and not as a file: a message as RFC 5322 says it, the others as iCalendar or vCard. */
  item?: AttachedKind | undefined
  /** `application/pdf` */
  type: string
  contentId: string | null
  /** Content-Location (RFC 2557 §4), as `carriedLocation` lets it through. */
  contentLocation?: string | undefined
  inline: boolean
  /** An occurrence of a series, as its recurrence id; null for the item itself. */
  occurrence: string | null
}

/**
 * `metadata`: nobody sees it missing (grade Good). `visible`: a person would (Investigate). `content`: the item or a body
 * is gone (Poor, where it is many).
 */
export type LossWeight = 'metadata' | 'visible' | 'content'
export type Loss = {
  property: string
  reason: string
  weight: LossWeight
  /** Its source tells it of no mailbox at all: named once a project, and no reason to grade a mailbox worse than Good. */
  ofSource?: true
}

/** What a mailbox is beside its items (migration.md 1.4). Parts that the source does not have are null. */
export type SourceSettings = {
  outOfOffice: SourceOutOfOffice | null
  /** Rules of the server in their order; those only a program knows, and what rules here cannot say, are losses. */
  rules: readonly SourceRule[]
  /** Full Access, delegates, Send As where the source tells them; rights on folders are below, by the key of the folder. */
  grants: readonly FoundGrant[]
  /** Folder rights as they stand, to be applied when both ends are here. */
  folderGrants: readonly SourceFolderGrant[]
  /** Keys of folders whose rights could not be read; absent: the source does not tell such rights, or not all of them. */
  untoldFolders?: readonly string[]
  /** Whom the owner has named as delegates, and who of them gets meeting requests; absent: the source does not say. */
  delegates?: { named: readonly SourceDelegate[]; delivery: MeetingDelivery | null }
  /** What programs keep with folders, and properties of the folders themselves; absent: the source does not say. */
  configurations?: readonly SourceConfiguration[]
  /** Names of those that could not be read: they need not be gone. */
  untoldConfigurations?: readonly string[]
  /** Names that were asked for, where the source does not list what there is: others need not be gone. */
  askedConfigurations?: readonly string[]
  /** When its owner works, where a configuration says so in a form of its own; absent: the source does not say. */
  workingHours?: WorkingHours
  /** Safe and blocked senders, as they are written there. */
  junk: JunkLists | null
  losses: readonly Loss[]
}

export type SourceOutOfOffice = {
  state: 'disabled' | 'enabled' | 'scheduled'
  audience: 'none' | 'known' | 'all'
  /** Epoch milliseconds. */
  from: number | null
  to: number | null
  inside: string
  outside: string
}

/** An inbox rule; its folders and its answer are those of the source, its people as they are written there. */
export type SourceRule = Pick<Rule, 'name' | 'enabled' | 'conditions' | 'exceptions'> & {
  actions: Omit<RuleActions, 'copyTo' | 'moveTo' | 'replyWith'> & {
    copyTo?: SourceRuleFolder
    moveTo?: SourceRuleFolder
    /** The message that is the answer. */
    replyWith?: string
  }
}
/** `behind`: the rule that it follows, null: it is the first. */
export type RuleOrder =
  | { kind: 'make'; rule: SourceRule; behind: SourceRule | null }
  | { kind: 'set'; was: SourceRule; rule: SourceRule }
  | { kind: 'delete'; was: SourceRule }

/** By its key, or by what it is for. */
export type SourceRuleFolder = { key: string } | { role: string }

/** By the name under which it is kept here (`user-configuration.ts`): `IPM.Configuration.CategoryList`. */
export type SourceConfiguration = {
  folder: SourceRuleFolder
  name: string
  content: Configuration['content']
}
/** Null: it is to go. Of properties of a folder, those to be set, null for those to be taken away. */
export type ConfigurationOrder = Omit<SourceConfiguration, 'content'> & {
  content: Configuration['content'] | null
}

/** `role` is the EWS permission level; `rights` are what it consists of where it is `Custom`. The grantee may be everybody. */
export type SourceFolderGrant = {
  folder: string
  grantee: string
  role: FolderProfile | 'Custom'
  rights: FolderRights | null
}

/** How somebody is a delegate, beside the rights on folders. */
export type SourceDelegate = { grantee: string; receiveCopies: boolean; viewPrivate: boolean }
