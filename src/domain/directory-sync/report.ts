import type { Decision, ObjectClass } from './decision.ts'
import type { SourceFailureKind, WhyFull } from './source.ts'

/** How a run ended; `waiting`: for approve or reject. */
export type RunOutcome =
  | 'applied'
  | 'unchanged'
  | 'waiting'
  | 'rejected'
  | 'dry-run'
  | 'failed'
  | 'cancelled'
  | 'replaced'

/** One run, for people and metrics. */
export type RunReport = {
  run: number
  startedAt: number
  endedAt: number
  /** How long it waited until somebody approved or rejected it. */
  waitedMs?: number
  /** Why everything was read; null where only changes were. */
  full: WhyFull | null
  outcome: RunOutcome
  /** Objects that the source told of, and those in scope there. */
  read: number
  inScope: number
  decisions: Readonly<Partial<Record<Decision, number>>>
  /** Why it waits: a sentence for each guard. */
  blocked: readonly string[]
  /** What an administrator should hear of at once, each thing when it is new: whole sentences, at most 20. */
  alerts?: readonly string[]
  failure: { kind: SourceFailureKind | 'refused'; message: string } | null
}

/** How long it worked. */
export const tookMs = ({
  startedAt,
  endedAt,
  waitedMs = 0,
}: Pick<RunReport, 'startedAt' | 'endedAt' | 'waitedMs'>): number =>
  Math.max(0, endedAt - startedAt - waitedMs)

export type ClassCounts = Readonly<Record<ObjectClass, number>>

export const noCounts: ClassCounts = { user: 0, contact: 0, group: 0, room: 0, equipment: 0, other: 0 }

export const totalOf = (counts: ClassCounts): number =>
  Object.values(counts).reduce((sum, each) => sum + each, 0)
