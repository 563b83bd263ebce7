import type { Grade } from '../engine/project/grade.ts'
import type { Counts, DeferredGrantState } from '../engine/project/project.ts'
import type { BatchState, ItemLedgerState, MemberState } from '../engine/project/state.ts'
import type { WaveState } from '../engine/project/waves.ts'
import type { Right } from '../right.ts'
import type { Loss, LossWeight } from '../source.ts'
import type { ReturnChange } from '../store.ts'
import type { RunSettings } from './run-settings.ts'

/** Moments in epoch milliseconds; null: it has not been. */
export type RunTimes = {
  begun: number | null
  copied: number | null
  approved: number | null
  moved: number | null
  ended: number | null
}

/** A batch as a report tells it. */
export type RunBatch = {
  no: number
  name: string
  state: BatchState
  paused: boolean
  pilot: boolean
  grade: Grade | null
  approval: { by: string; grade: Grade; note: string } | null
  completeAfter: number | null
  cause: string
  times: RunTimes
  /** When its first copy may be done, as told then; null: it is done, or that is not to be said. */
  copied: { about: number; earliest: number; latest: number; mailboxes: number } | null
  /** Empty: it is in none, nobody answers for it. */
  wave: string
  responsible: string
}

/** A wave as a report tells it. */
export type RunWave = {
  name: string
  state: WaveState
  batches: readonly number[]
  responsible: string
  begun: number | null
  /** From when to when its people moved, or are to move. */
  from: number | null
  until: number | null
  done: number | null
}

export type RunMailbox = {
  address: string
  batch: number
  state: MemberState
  counts: Counts
  grade: Grade | null
  cause: string
  moved: number | null
  /** When the last pass over it began, epoch milliseconds; absent: there was none. */
  lastPass?: number | null
  /** Of what came in or was changed after it had moved, once it went back: what is there, and what is here alone. */
  returned: { returned: number; left: number } | null
  /** What arrived at its source after it had moved and was copied; null: it was not looked. */
  late: { items: number; bytes: number; lookedAt: number | null; trouble: string } | null
  /** What it has otherwise than its batch; empty: nothing. */
  own: string
  /** Of the mailbox itself: settings, rules, folders. */
  losses: readonly Loss[]
}

/** Something of a mailbox that did not come over whole. */
export type RunItem = {
  key: string
  state: ItemLedgerState | RunReturnState
  /** Of what goes back: what was done with it here. */
  change: 'arrived' | ReturnChange | null
  title: string
  /** Its whole name there; empty where nobody knows it. */
  folder: string
  receivedAt: number | null
  code: string
  problem: string
  attempts: number
  sizeBytes: number
  losses: readonly Loss[]
}

/** What became of an item that came in or was changed here, when its mailbox went back. */
type RunReturnState = 'returning' | 'returned' | 'left-here'

export type RunGrant = {
  owner: string
  grantee: string
  right: Right
  folder: string | null
  state: DeferredGrantState
  brokenFrom: number | null
  appliedAt: number | null
  cause: string
}

export type RunIdle = { server: string; cause: string; ms: number }

/** How often a property was lost, by what it weighs. */
export type LossRow = { property: string; weight: LossWeight; items: number; reason: string }

/** Properties and reasons that a count keeps apart; whatever comes after those is one row. */
const MOST_ROWS = 500
const OTHER = 'others'

/** Counts losses by property and weight, without keeping what they are of. */
export class LossCount {
  readonly #rows = new Map<string, LossRow>()

  add({ property, weight, reason }: Loss, items = 1): void {
    const key = `${weight}\0${property}`
    const known = this.#rows.get(key)
    if (known !== undefined) known.items += items
    else if (this.#rows.size < MOST_ROWS) this.#rows.set(key, { property, weight, items, reason })
    else if (property !== OTHER) this.add({ property: OTHER, weight, reason: 'More kinds of losses.' }, items)
    else this.#rows.set(key, { property, weight, items, reason })
  }

  addAll(other: LossCount): void {
    for (const { items, ...loss } of other.rows()) this.add(loss, items)
  }

  /** The heaviest first, then the most frequent. */
  rows(): readonly LossRow[] {
    return [...this.#rows.values()].sort(
      (a, b) =>
        heaviness[b.weight] - heaviness[a.weight] ||
        b.items - a.items ||
        a.property.localeCompare(b.property, 'en'),
    )
  }
}

const heaviness: Readonly<Record<LossWeight, number>> = { metadata: 0, visible: 1, content: 2 }

/** Sums over mailboxes: of a batch, or of all. */
export class RunTotals {
  mailboxes = 0
  /** Those that are at home here. */
  moved = 0
  failed = 0
  /** Items that came in or were changed after a move, and did not go back when it was undone. */
  leftHere = 0
  /** Items that arrived at the source after a move, and were copied. */
  late = 0
  readonly counts: Counts = { copied: 0, bytes: 0, skipped: 0, kept: 0, deleted: 0, gone: 0, pending: 0 }
  readonly grades = new Map<Grade, number>()

  add({ counts, grade, state, returned, late }: RunMailbox): void {
    this.mailboxes++
    if (state === 'flipped' || state === 'verified') this.moved++
    this.leftHere += returned?.left ?? 0
    this.late += late?.items ?? 0
    if (state === 'failed') this.failed++
    for (const name of Object.keys(this.counts) as (keyof Counts)[]) this.counts[name] += counts[name]
    if (grade !== null) this.grades.set(grade, (this.grades.get(grade) ?? 0) + 1)
  }

  /** Without grades. */
  addSums({ mailboxes, moved, failed, leftHere, late, counts }: RunTotals): void {
    this.mailboxes += mailboxes
    this.moved += moved
    this.failed += failed
    this.leftHere += leftHere
    this.late += late
    for (const name of Object.keys(this.counts) as (keyof Counts)[]) this.counts[name] += counts[name]
  }
}

/** How long a grant did not work, in milliseconds: until it was given again, or until now; null where it never broke. */
export const brokenMs = ({ brokenFrom, appliedAt }: RunGrant, now: number): number | null =>
  brokenFrom === null ? null : Math.max(0, (appliedAt ?? now) - brokenFrom)

/** Sums over grants. */
export class GrantTotals {
  cut = 0
  waiting = 0
  applied = 0
  unresolved = 0
  dropped = 0
  brokenMs = 0

  add(grant: RunGrant, now: number): void {
    this[grant.state]++
    const ms = brokenMs(grant, now)
    if (ms === null) return
    // Both ends with the same flip: it was never broken.
    if (ms > 0) this.cut++
    this.brokenMs += ms
  }
}

/** What the page says before and after the mailboxes. */
export type RunReport = {
  told: RunSettings
  name: string
  organization: string
  now: number
  batches: readonly RunBatch[]
  /** In their order; empty: the migration has none. */
  waves: readonly RunWave[]
  /** Who answers for the migration; empty: nobody was named. */
  responsible: string
  totals: RunTotals
  /** By number of batch. */
  batchTotals: ReadonlyMap<number, RunTotals>
  losses: LossCount
  grants: GrantTotals
  /** Grants that were cut or lead to nobody, then the others: at most what a page lists. */
  listedGrants: readonly RunGrant[]
  idle: readonly RunIdle[]
  /** Mailboxes that stand still, and why: at most what a page lists. */
  standing: readonly { address: string; cause: string }[]
}
