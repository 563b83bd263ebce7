import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { EntryAddress, NewEntry } from '../directory/entry.ts'
import type { DirectoryWriter } from '../directory/store.ts'
import type { Page } from '../mailbox/store.ts'
import type { DirectoryConnection } from './connection.ts'
import type { Decision, ObjectClass } from './decision.ts'
import type { ClassCounts, RunReport } from './report.ts'
import type { SourceForm, SourceGuid, SourceObject, SourcePosition, SourceServer } from './source.ts'

/** An object as it is kept: octets as base64. */
export type StoredObject = Omit<SourceObject, 'certificate'> & { certificate: string | null }

/**
 * `imported` is an entry at home elsewhere, `partial` one without some of its addresses, which others have; `local` one
 * whose mailbox is here, `candidate` one who could get one, `local-partial` the same without an address that the source has for it; `quarantined` and `omitted` have a reason; `gone` is no longer in the source, and its entry may
 * come back for 30 days.
 */
export type ObjectState =
  | 'imported'
  | 'partial'
  | 'local'
  | 'local-partial'
  | 'candidate'
  | 'quarantined'
  | 'omitted'
  | 'gone'

/** What is told about an object. */
export type ObjectNote = {
  /** Why it is left out, held or quarantined: a sentence. */
  reason: string | null
  name: string
  address: string | null
  class: ObjectClass
  /** What becomes different: words for people, at most 20. */
  changes?: readonly string[]
  /** What was left out of it, for example an address that somebody else has. */
  remarks?: readonly string[]
  /** The object whose entry this one takes over: the same address under a new key. */
  replaces?: SourceGuid
  /** The entry that it had and that goes, as it became another kind. */
  retires?: EntryId
  /** Addresses that are given up, or the name: these are saved first, so that others can have them. */
  releases?: boolean
  /** Addresses that somebody else has, in the form in which they are found. */
  dropped?: readonly string[]
  /** Addresses of somebody here that it asks for and does not get, in that form: each is an alert once. */
  reaches?: readonly string[]
  /** Since when it cannot be an entry any more, though it has one. */
  unusableSince?: number
}

/** What is known of one object of the source. */
export type KnownObject = {
  guid: SourceGuid
  entry: EntryId | null
  state: ObjectState
  changeNumber: string
  /** A keyed digest of the object, in hex. */
  digest: string
  missingRun: number | null
  heldRun: number | null
  goneAt: number | null
  object: StoredObject | null
  held: StoredObject | null
  note: ObjectNote
}

/** The part that a link leads to; `gone` too where the entry is deleted, though the object is there. */
export type LinkedObject = Pick<KnownObject, 'guid' | 'entry' | 'state'>

/** The part that a sweep compares. */
export type KnownMark = Pick<KnownObject, 'guid' | 'state' | 'changeNumber' | 'missingRun'>

/** What a reading brought of one object; with neither object nor reason it is gone. */
export type StagedObject = {
  guid: SourceGuid
  changeNumber: string
  object: StoredObject | null
  /** Why the source itself leaves it out, and as what it is known there then. */
  reason: string | null
  name?: string
  address?: string | null
  place: string
  /** A keyed digest of object and reason, in hex. */
  digest: string
  decision: Decision | null
  /** With which step it begins; null where nothing is to be done. */
  step: number | null
  entry: EntryId | null
  note: ObjectNote | null
}

export type NewStaged = {
  guid: SourceGuid
  /** The form it came in, where the source tells it. */
  form?: string
  changeNumber: string
  place: string
  object: StoredObject | null
  reason: string | null
  name?: string
  address?: string | null
  /** Where it is decided already what becomes of it. */
  verdict?: Pick<StagedObject, 'decision' | 'step' | 'entry' | 'note'>
}

export type LinkKind =
  | 'member'
  | 'owner'
  | 'manager'
  | 'delegate'
  | 'full-access'
  | 'send-as'
  | 'forward'
  | 'from'
  | 'from-members'
  | 'not-from'
  | 'not-from-members'
export type Link = { kind: LinkKind; target: string }

/** What an organisation's runs remember, sealed. */
export type SyncState = {
  positions: readonly SourcePosition[]
  /** When everybody was looked into last; a reading that passes over who comes as before is none of these. */
  lastFullAt: number | null
  /** Everybody was looked into since objects tell when they were made, which says whose an address is (docs/decisions/0009). */
  knowsAges?: true
  /** Entries that are imported. */
  counts: ClassCounts
  /** The newest first, at most 20. */
  runs: readonly RunReport[]
  /** What holds once the run that is being applied, or waits, is in place. */
  pending: PendingRun | null
  /** Failed in the last reading, though it answers. */
  avoid?: SourceServer | undefined
  /** Photos that runs named were not all looked at, and nobody knows which: the next one reads everything, and with it all photos. */
  owesPhotos?: boolean
  /** Whose photos runs named that were not looked at yet: few enough that the next run need not read everything for them. */
  owedPhotos?: readonly SourceGuid[]
}

export type PendingRun = {
  report: RunReport
  positions: readonly SourcePosition[]
  counts: ClassCounts
  /** A digest of all its decisions. */
  digest: string
  /** The server was new: what only it lacks is not deleted yet. */
  suppressesDeletions: boolean
  /** Whether photos are to be looked at once it is in place. */
  namesPhotos?: boolean
  /** And whose, where they are few. */
  photos?: readonly SourceGuid[]
}

export type SyncRecord = {
  isConnected: boolean
  state: SyncState
  nextRun: number
  /** The run that is being put into place, the step it is at, and the object that was the last. */
  applying: number | null
  applyingAt: { step: number; after: SourceGuid | null } | null
  /** The run that waits for approve or reject. */
  waiting: number | null
  synchronizedAt: number | null
  dueAt: number
  /** Objects that are imported, at the end of the last good run. */
  objects: number
  leasedUntil: number | null
  /** How long the last good run took. */
  lastRunMs: number | null
}

/** What is told without a key. */
type SyncOverview = { organization: OrganizationId } & Pick<
  SyncRecord,
  'synchronizedAt' | 'waiting' | 'dueAt' | 'objects' | 'lastRunMs'
>

/** Reads what was read from elsewhere, of one organisation at a time. */
export type SyncReader = {
  /** Undefined where no directory was ever connected. */
  findSync(organization: OrganizationId): Promise<SyncRecord | undefined>
  /** With its secret; undefined where none is connected. */
  findConnection(organization: OrganizationId): Promise<DirectoryConnection | undefined>
  /** Those that are connected, in order of id. Needs no key. */
  listSynchronized(after: OrganizationId | null, limit: number): Promise<readonly SyncOverview[]>
  /** When the address book was last as the source had it; null where no directory is connected. Needs no key. */
  synchronizedAt(organization: OrganizationId): Promise<number | null>

  findKnown(
    organization: OrganizationId,
    by: { guid: SourceGuid } | { place: string },
  ): Promise<KnownObject | undefined>
  /** Those of these keys that are known. */
  findAllKnown(
    organization: OrganizationId,
    guids: readonly SourceGuid[],
  ): Promise<ReadonlyMap<SourceGuid, KnownObject>>
  /** Those of these that are known in just this form, with nothing about them that a run has to look at again. */
  knownForms(organization: OrganizationId, forms: readonly SourceForm[]): Promise<ReadonlySet<SourceGuid>>
  /** Whose account it is, by UPN, SID or the older name in its domain, without regard to case; undefined where several have it. */
  findAccount(
    organization: OrganizationId,
    by: { upn: string } | { sid: string } | { sam: string; partition: string },
  ): Promise<KnownObject | undefined>
  /** The entry of a known object, and how it stands: a light read. */
  findLinked(
    organization: OrganizationId,
    by: { guid: SourceGuid } | { place: string },
  ): Promise<LinkedObject | undefined>
  /** The same for many keys. */
  findAllLinked(
    organization: OrganizationId,
    guids: readonly SourceGuid[],
  ): Promise<ReadonlyMap<SourceGuid, LinkedObject>>
  /** In order of guid. */
  listMarks(
    organization: OrganizationId,
    page: { after: SourceGuid | null; limit: number },
  ): Promise<readonly KnownMark[]>
  listKnown(
    organization: OrganizationId,
    query: { state: ObjectState | 'held' | 'missing'; after: SourceGuid | null; limit: number },
  ): Promise<Page<KnownObject, SourceGuid>>
  /** Those in the address book who are at home elsewhere, in order of guid, with their class. */
  listEntered(
    organization: OrganizationId,
    page: { after: SourceGuid | null; limit: number },
  ): Promise<Page<{ guid: SourceGuid; class: ObjectClass }, SourceGuid>>
  /** How many are quarantined, and how many lack an address that somebody else has. Needs no key. */
  countDoubtful(organization: OrganizationId): Promise<{ quarantined: number; partial: number }>
  /** How many entries come from the source. */
  countImported(organization: OrganizationId): Promise<number>

  findStaged(organization: OrganizationId, run: number, guid: SourceGuid): Promise<StagedObject | undefined>
  /**
   * In order of guid: all, those that release something first, those that are gone or left out, or those decided so: of these a page
   * may have fewer than there are, as it goes through so many rows and no more.
   */
  listStaged(
    organization: OrganizationId,
    run: number,
    query: {
      only?: 'releasing' | 'without-object' | 'with-object' | { decisions: readonly Decision[] }
      after: SourceGuid | null
      limit: number
    },
  ): Promise<Page<StagedObject, SourceGuid>>

  /** The entry that an object of a run is about to have, before it is put into place. */
  findDecided(organization: OrganizationId, run: number, guid: SourceGuid): Promise<LinkedObject | undefined>

  /** What a link to a distinguished name is kept as. */
  placeTarget(organization: OrganizationId, place: string): Promise<string>
  linksFrom(organization: OrganizationId, guid: SourceGuid, kind?: LinkKind): Promise<readonly Link[]>
  /** Objects that name the target so, in order of guid; `notIn` leaves out what that run staged. */
  linksTo(
    organization: OrganizationId,
    query: { target: string; kind: LinkKind; notIn: number | null; after: SourceGuid | null; limit: number },
  ): Promise<readonly SourceGuid[]>
  /** Whether anything is named by its distinguished name only. */
  hasPlaceLinks(organization: OrganizationId): Promise<boolean>
  /** Those of these ids that entries have, in whatever state. */
  entriesAmong(organization: OrganizationId, ids: readonly EntryId[]): Promise<ReadonlySet<EntryId>>
  /** Whose these addresses are, as far as they are somebody's; in their order. */
  ownersOf(
    organization: OrganizationId,
    addresses: readonly EntryAddress[],
  ): Promise<readonly (EntryId | undefined)[]>
}

/** Exists only inside `Store.transact`. */
export type SyncWriter = SyncReader & {
  /** With null the source is forgotten, what was imported stays as it is. */
  putConnection(
    organization: OrganizationId,
    connection: DirectoryConnection | null,
    dueAt: number,
  ): Promise<void>
  /** Refuses `no-such-item` where no directory was ever connected. */
  saveSync(
    organization: OrganizationId,
    change: Partial<
      Pick<
        SyncRecord,
        | 'state'
        | 'nextRun'
        | 'applying'
        | 'applyingAt'
        | 'waiting'
        | 'synchronizedAt'
        | 'dueAt'
        | 'objects'
        | 'lastRunMs'
      >
    >,
  ): Promise<void>
  /** Refuses `try-later` while somebody else has it. Taking it again prolongs it. */
  takeLease(organization: OrganizationId, token: string, now: number, until: number): Promise<void>
  freeLease(organization: OrganizationId, token: string): Promise<void>

  /** Leaves out what is known in just this form already. Gives those whose change number moved. */
  stage(
    organization: OrganizationId,
    run: number,
    objects: readonly NewStaged[],
  ): Promise<readonly SourceGuid[]>
  /** Looks at a known object again that the reading did not bring. */
  stageKnown(organization: OrganizationId, run: number, guid: SourceGuid, held: boolean): Promise<boolean>
  decide(
    organization: OrganizationId,
    run: number,
    guid: SourceGuid,
    decision: Pick<StagedObject, 'decision' | 'step' | 'entry' | 'note'>,
  ): Promise<void>
  /** Makes what was staged what is known. */
  adopt(
    organization: OrganizationId,
    run: number,
    guid: SourceGuid,
    as: { state: ObjectState; entry: EntryId | null },
  ): Promise<void>
  /**
   * Makes the entries that were decided for these objects, which were never known, and what was staged what is known of
   * them. Gives those whose name or addresses another entry has: nothing is done about them.
   */
  importNew(
    organization: OrganizationId,
    run: number,
    objects: readonly { guid: SourceGuid; entry: NewEntry }[],
  ): Promise<ReadonlySet<SourceGuid>>
  /** Like `adopt`, with the staged form kept for the next run and this one, which has the members of before, in force. */
  hold(
    organization: OrganizationId,
    run: number,
    guid: SourceGuid,
    as: { state: ObjectState; entry: EntryId | null; object: StoredObject },
  ): Promise<void>
  setMissing(organization: OrganizationId, guid: SourceGuid, run: number | null): Promise<void>
  setGone(organization: OrganizationId, guid: SourceGuid, at: number): Promise<void>
  setEntry(organization: OrganizationId, guid: SourceGuid, entry: EntryId | null): Promise<void>
  removeKnown(organization: OrganizationId, guid: SourceGuid): Promise<void>
  /** Forgets those gone before that moment whom nobody names any more, at most `limit`; how many. */
  forgetGone(organization: OrganizationId, before: number, limit: number): Promise<number>
  replaceLinks(organization: OrganizationId, guid: SourceGuid, links: readonly Link[]): Promise<void>
  /** Links of objects that have none yet. */
  addLinks(organization: OrganizationId, links: readonly (Link & { guid: SourceGuid })[]): Promise<void>
  /** Takes those away that are in place, with all that they say. */
  unstage(organization: OrganizationId, run: number, guids: readonly SourceGuid[]): Promise<void>
  /** Takes away what runs other than `kept` staged, at most `limit`; true when none is left. */
  clearStaged(organization: OrganizationId, kept: readonly number[], limit: number): Promise<boolean>

  /** Makes these the direct members of a group; those that are no entries are left out. How many came and went. */
  setMembers(
    organization: OrganizationId,
    group: EntryId,
    members: readonly EntryId[],
  ): Promise<{ added: number; removed: number }>
}

/** Beside `transact`: what takes many transactions and is still seen all at once. */
export type SyncStore = SyncReader & {
  /**
   * Readers of the organisation's directory see it as it is now until `work` has ended, however many transactions that
   * takes; others who would write to it wait. `isAwaited`: whether other transactions wait for the one under way. Whatever `SyncRecord.applying` names when the store is opened is put into
   * place so before anything else reads that directory.
   */
  atOnce(
    organization: OrganizationId,
    work: (transact: SyncTransact, isAwaited: () => boolean) => Promise<void>,
  ): Promise<void>
  /** Puts the rest of what stopped half way into place, if anything did: before what is staged is touched by anybody else. */
  finishBegun(organization: OrganizationId): Promise<void>
}

/** A transaction of the work under way, in the scope of its organisation. */
export type SyncTransact = <T>(work: (writer: SyncTransaction) => Promise<T>) => Promise<T>
export type SyncTransaction = { directory: DirectoryWriter; sync: SyncWriter }
