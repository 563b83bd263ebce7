import type { Calendar } from './calendar.ts'
import type { Day } from './day.ts'
import type { Right } from './right.ts'

/** What a plan has to obey, beside what each mailbox says of itself. Mailboxes are named by any of their names. */
export type PlanRules = {
  caps: {
    mailboxes: number
    /** `null`: no cap. */
    bytes: number | null
    /** Mailboxes of one source server in one batch. */
    perServer: Readonly<Record<string, number>>
  }
  calendar: Calendar
  /** Each list moves on the same night. */
  together: readonly (readonly string[])[]
  /** No two of a list move in the same batch. */
  apart: readonly (readonly string[])[]
  /** Grants of these rights tie their two ends together, whatever it costs. */
  keepWhole: readonly Right[]
  /** Days between the pilot batch and the next. */
  pilotPauseDays: number
  vipNotBefore: Day | null
  /** Shared mailboxes: with those they are tied to, or on the nights that are left when all others have moved. */
  shared: 'tied' | 'last'
  objective: 'days' | 'cut'
  /** Delegation-days that must be saved before somebody's announced day is changed. */
  loyalty: number
  seed: number
  /** Batches above the fewest that may be used where that breaks less; `null`: 2 %. */
  spareBatches: number | null
}

export const defaultLoyalty = 1_000
