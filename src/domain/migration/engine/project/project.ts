import type { EntryId, MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { TlsVersion } from '#src/base/tls-versions.ts'
import type { Entry } from '../../../directory/entry.ts'
import type { StoredObject } from '../../../directory-sync/store.ts'
import type { AlertSettings, KeptAlert } from '../../alerts/alert.ts'
import type { MovedBooking } from '../../moved-booking.ts'
import type { Right } from '../../right.ts'
import type { Expiry, Loss, LossWeight } from '../../source.ts'
import type { Grade } from './grade.ts'
import type { IdleCause } from './retry.ts'
import type { BatchState, MemberState } from './state.ts'
import type { UncleanEnds } from './unclean-ends.ts'

/** UUID of a migration project. */
export type ProjectId = string & { readonly project: unique symbol }

export type Project = {
  organization: OrganizationId
  id: ProjectId
  name: string
  createdAt: number
  settings: ProjectSettings
  /** What of its sources ends, as it was seen last. */
  expiries?: readonly Expiry[] | undefined
  /** Octets that were read beyond its speed by then; absent: few. */
  owed?: { bytes: number; at: number } | undefined
  /** What was told, or is to be, by its key. */
  alerts?: Readonly<Record<string, KeptAlert>>
  /**
   * When its report was due last and when one was mailed, epoch milliseconds, with a digest of how it stood then; absent: nobody asked for
   * reports yet.
   */
  reported?: { at: number; last: number | null; stands: string } | undefined
  /** In their order; absent: it has none. Which batches are in one is said by these. */
  waves?: readonly WaveRecord[]
}

/** Batches that people speak of as one: the pilot, a site, a week. Its state follows from those of its batches (`waves.ts`). */
export type WaveRecord = {
  no: number
  name: string
  /** As of a batch; absent: whoever answers for the project. */
  responsible?: string | undefined
}

/** When work may be done: on these weekdays (1 Monday … 7 Sunday) and never on the nights of holidays. */
export type WindowRules = {
  /** `22:00` and `06:00`, on the clock of the zone; an end at or before the start is on the next day. */
  begin: string
  end: string
  zone: string
  /** Days on which a window opens. */
  weekdays: readonly number[]
  /** Days that are open from midnight to midnight, whatever the hours of the others: weekends; absent: none. */
  wholeDays?: readonly number[]
  /** `2026-12-24`: no window opens on these days. */
  holidays: readonly string[]
}

/** What one source is asked for at most; absent parts have no limit. They hold from the next call on. */
export type SourceCap = {
  /** Calls at once. */
  connections?: number
  /** Mailboxes at once. */
  lanes?: number
  callsPerSecond?: number
  bytesPerSecond?: number
}

export type ProjectSettings = {
  /** Initial copies are read in it; deltas too. null: always. */
  window: WindowRules | null
  /** By the id of a source. */
  caps: Readonly<Record<string, SourceCap>>
  /** Mailboxes at once over all sources. */
  lanes: number
  /** Mailboxes at once of each database of a source, where it is known which they lie in; absent: any number. */
  databaseLanes?: number
  /** Octets a second over all sources together; absent: as fast as it goes. */
  bytesPerSecond?: number
  /** Changes asked for at once. */
  pageItems: number
  /** How often one item is asked for before it is left behind. */
  itemAttempts: number
  /** Items above this are left behind, each named. */
  largestItemBytes: number
  /** Whether what is deleted at the source is deleted here, if we wrote it and nobody changed it since. */
  deletesHere: boolean
  deltaEveryMinutes: number
  rollbackDays: number
  verification: 1 | 2 | 3
  /** Of level 2: the part of bodies that is compared, at least 50. */
  sampledPart: number
  /** A member that cannot be finished at cut-over holds its batch, or leaves it. */
  failingMember: 'hold' | 'leave'
  /** Hours after the flip at which it is looked what else arrived at the source; absent: as `usualLateHours` says. */
  lateHours?: readonly number[]
  /** Part of what comes over that must be free beside it; absent: a quarter. */
  spaceMargin?: number
  /** Who is told when somebody has to look; absent: nobody. */
  alerts?: AlertSettings
  /** Hours from one report by mail to the next, to those who are told; absent: none is mailed. */
  reportHours?: number
  /** Who answers for it: a name, a mail address or both; absent: nobody was named. */
  responsible?: string
}

/** Settings that a batch, or a mailbox, may have otherwise than what is above it (`own-settings.ts`). */
export type OwnSettings = Partial<
  Pick<ProjectSettings, 'deletesHere' | 'largestItemBytes' | 'itemAttempts' | 'verification'>
> & {
  /** Of a batch alone: when it is copied, as its people may live elsewhere. */
  window?: WindowRules | 'always'
}

export const usualSettings: ProjectSettings = {
  window: null,
  caps: {},
  lanes: 8,
  pageItems: 512,
  itemAttempts: 4,
  largestItemBytes: 1024 ** 3,
  deletesHere: false,
  deltaEveryMinutes: 24 * 60,
  rollbackDays: 14,
  verification: 2,
  sampledPart: 0.02,
  failingMember: 'hold',
}

export const sourceKinds = ['exchange', 'workmail', 'imap', 'pst', 'landbridge'] as const
export type SourceKind = (typeof sourceKinds)[number]

/** A system that mailboxes of a project are copied from. Its secret is kept apart and never given back. */
export type SourceConfig = {
  /** As the project calls it: `old-exchange`. */
  id: string
  kind: SourceKind
  /** Address of its server, or the folder of its files. */
  url: string
  user: string | null
  /** What only this kind of source has. */
  options: Readonly<Record<string, string>>
  tls?: { authorities?: string; minVersion?: TlsVersion }
  /** Named by somebody at the machine of the service: it may lie anywhere, in private networks too. */
  anywhere: boolean
  changedAt: number
}
export type SourceLogin = { config: SourceConfig; secret: string | null }

export type CheckLine = {
  /** Empty: of the batch as a whole. */
  mailbox: string
  name: string
  state: 'ok' | 'warning' | 'failed'
  found: string
  remedy: string
  /** Its server was out of reach, or busy: it may be well without anybody doing something. */
  mayPass?: boolean
}

export type Approval = { by: string; at: number; grade: Grade; note: string }

/** A mail to the people of a batch; another one takes its place. */
export type Announcement = {
  subject: string
  /** `{name}` and `{address}` are those of whoever is told. */
  text: string
  /** Who it says it is from; absent: whoever answers for the organisation. */
  sender?: string | undefined
  /** When people stop, epoch milliseconds: who comes to the batch later is not told of it any more; absent: it names no time. */
  stopsAt?: number | undefined
  by: string
  at: number
  /** Mailboxes up to this number were told, or could not be. */
  after: number
  /** Raised when somebody comes to the batch, wherever in it. */
  comers?: number
  /** Whose mail was taken by a mailbox here or the queue. */
  told: number
  /** Who was not told, with why; the first of them. */
  missed: readonly string[]
  /** How many were not. */
  missing: number
  /** Of the mail that is tried now. */
  attempts: number
  isDone: boolean
  /** Of those who were told, the first whom the mail has not reached, with why. */
  unreached?: readonly string[]
  /** How many it has not. */
  unreaching?: number
  /** When it is looked at again what became of mails in the queue; null or absent: none is there. */
  lookAt?: number | null
  /** How often that was done. */
  looks?: number
}

/** What became of the announcement that a mailbox was told last: which one, and where its mail is. */
export type Announced = {
  batch: number
  /** The announcement's own. */
  at: number
  how: 'delivered' | 'queued' | 'bounced' | 'missed' | 'nobody-reads-there'
  messageId?: string
  sentAt?: number
}

export type Batch = {
  project: ProjectId
  no: number
  name: string
  state: BatchState
  /** Nothing of it is begun until it is resumed; what was under way is drained. */
  paused: boolean
  pilot: boolean
  /** Lower goes first. */
  priority: number
  /** Epoch milliseconds: not before; null: as soon as it is run. */
  startAfter: number | null
  completeAfter: number | null
  /** Somebody asked for the cut-over. */
  cutOverAsked: boolean
  /** Of the member policy, for this batch. */
  failingMember: ProjectSettings['failingMember'] | null
  /**
   * When it was looked at last, and the first faults and warnings that were found; where all that stands against it may pass, how often
   * that was and when it is looked at again, epoch milliseconds.
   */
  preflight: { at: number; lines: readonly CheckLine[]; retry?: { attempts: number; at: number } } | null
  grade: Grade | null
  approval: Approval | null
  flippedAt: number | null
  /** What its people were told last, or are being told; absent: nothing. */
  announcement?: Announcement | undefined
  /** Number of its wave; absent: it is in none. */
  wave?: number | undefined
  /** Who answers for it: a name, a mail address or both; absent: whoever answers for its wave. */
  responsible?: string | undefined
  /** When it was first begun, and when it was done; absent: not yet, or nobody noted it. */
  begunAt?: number | undefined
  doneAt?: number | undefined
  /** What its mailboxes have otherwise than the project; absent: nothing. */
  own?: OwnSettings | undefined
  /** What arrived at the source of its mailboxes after the flip and was copied; absent: nothing. */
  late?: { items: number; bytes: number } | undefined
  /** Why it stands where it stands, for people; empty where it goes on by itself. */
  cause: string
}

export type Counts = {
  copied: number
  bytes: number
  skipped: number
  kept: number
  deleted: number
  gone: number
  pending: number
}
export const noCounts: Counts = { copied: 0, bytes: 0, skipped: 0, kept: 0, deleted: 0, gone: 0, pending: 0 }

/** What was looked for at the source of a mailbox after its flip. */
export type LateLooks = {
  /** What came to be copied by that, of these passes together. */
  items: number
  bytes: number
  /** As much of them its batch counts already. */
  noted: number
  notedBytes: number
  /** Passes that were done, and when the last of them began, epoch milliseconds. */
  looks: number
  lookedAt: number | null
  /** When somebody asked for a pass that was not done since; absent: nobody. */
  askedAt?: number | undefined
  /** What had come by then, of whoever asked last. */
  before?: { items: number; bytes: number } | undefined
  /** Why nothing could be looked for last, for people; absent: it could. */
  trouble?: string | undefined
}

type Returned = { returned: number; left: number }

/** A mailbox of a project. */
export type Member = {
  project: ProjectId
  no: number
  batch: number
  state: MemberState
  source: string
  /** Its primary address at the source, in lower case. */
  address: string
  /** Whose it becomes; null: whoever has the address. */
  entry: EntryId | null
  /** Distinguished names by which old mail and address caches know it (legacyExchangeDN). */
  x500: readonly string[]
  /** The database or store of its server that it lies in, as caps count it; absent: nobody said. */
  database?: string | undefined
  /** Where its items go; null before the first pass. */
  mailbox: MailboxId | null
  /** Whether the mailbox was made by the migration, and goes when it is rolled back. */
  madeHere: boolean
  priority: number
  /** What it has otherwise than its batch; absent: nothing. */
  own?: OwnSettings | undefined
  /** Its copy is not begun before, epoch milliseconds; absent: with its batch. */
  startAfter?: number | undefined
  /** When there is something to do for it, epoch milliseconds; null: nothing. */
  dueAt: number | null
  /** Pass that is under way or was the last; 0: none yet. */
  pass: number
  /** What the pass under way is for; null: none is. */
  passFor: 'delta' | 'final' | 'late' | null
  counts: Counts
  /** What the source said of its size; null: nothing. */
  expected: { items: number; bytes: number } | null
  /** How the room or equipment answers once it has moved; absent: as it does here. */
  booking?: MovedBooking | undefined
  worst: LossWeight | null
  /** What of the mailbox itself did not come over: settings, folders; at most 200. */
  losses: readonly Loss[]
  grade: Grade | null
  /** Why it waits or failed, for people. */
  cause: string
  /** The kind of what it waits for until it is due; absent: the state says it. */
  idle?: IdleCause | undefined
  /** `workedMs`: without the time in which its source was away or refused; absent: nobody noted it. */
  lastPass: {
    startedAt: number
    endedAt: number
    items: number
    bytes: number
    requests: number
    workedMs?: number | undefined
  } | null
  /** What the pass that copied it has read, and how long that worked; absent: it is not copied, its copy is gone, or nobody noted it. */
  firstCopy?: { items: number; bytes: number; workedMs: number } | undefined
  /** How long its last delta took that asked for every folder, in milliseconds; absent: nobody noted it. */
  askedAllMs?: number | undefined
  announced?: Announced | undefined
  /** Absent: no process ended over it since it got on. */
  uncleanEnds?: UncleanEnds | undefined
  /** The entry as it was before the flip. */
  before: Entry | null
  /** What the directory of the other side said of it then; absent or null: it is not synchronised. */
  there?: StoredObject | null
  flippedAt: number | null
  /** The last change of its mailbox before the flip; absent: none yet, or it was flipped before these were noted. */
  flippedModseq?: number | undefined
  /** Absent: it was not looked yet what arrived there after the flip. */
  late?: LateLooks | undefined
  /** Of what came in here after the flip, once it goes back: what is there again, and what is here alone. */
  returned?: Returned | undefined
  /** As much of it was settled when this way back began: of earlier ones. */
  returnedBefore?: Returned | undefined
  /** Of the way back: what of the mailbox itself stands otherwise here than there; who may do what was noted as it began. */
  lostThere?: { rights: readonly Loss[]; others: readonly Loss[] } | undefined
  /** Raised by each lease: who writes with a lower one is late. */
  fence: number
  leasedUntil: number | null
  /** Whose lease it is or was last; absent: that one was ended. */
  heldBy?: string | undefined
}

export type DeferredGrantState = 'waiting' | 'applied' | 'unresolved' | 'dropped'

/** A right whose two ends are not both here (yet). */
export type DeferredGrant = {
  no: number
  state: DeferredGrantState
  /** Primary addresses where they are known, else what the source said. */
  owner: string
  grantee: string
  right: Right
  /** The folder's key at the source and, once it is mapped, our number; null: the whole mailbox. */
  folder: string | null
  /** `FolderRight` bits for rights on folders. */
  rights: number | null
  /** Since when it is broken, and since when it is mended. */
  brokenFrom: number | null
  appliedAt: number | null
  /** What stands against it, for people. */
  cause: string
}

export type MigrationEvent = {
  no: number
  at: number
  kind: string
  batch: number | null
  member: number | null
  /** Who did it; null: the engine. */
  by: string | null
  sentence: string
}
