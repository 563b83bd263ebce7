import type { Day } from './day.ts'

export type MailboxKind = 'user' | 'shared' | 'room' | 'equipment'

/** A mailbox as the planner sees it. Its `id` is its primary address in lower case: stable from one plan to the next. */
export type PlanMailbox = {
  id: string
  displayName: string
  kind: MailboxKind
  sizeBytes: number
  items: number
  /** Distinguished names by which old mail and address caches know it; absent: none is known. */
  x500?: readonly string[]
  department: string
  /** Source server, or database where no server is told; caps per server count it. */
  server: string
  /** Database that it lies in, where it is told: copies are made of so many of each at once, and caps may name it. */
  database?: string
  /** `migrated`: it has moved, on `migratedDay`. `excluded`: it stays where it is. */
  status: 'waiting' | 'migrated' | 'excluded'
  migratedDay: Day | null
  /** The day that a plan before this one promised. */
  announcedDay: Day | null
  /** The number that its batch had there, where that plan is told. */
  announcedBatch?: number
  /** It was told the night of the pilot there, which is still to come. */
  announcedPilot?: boolean
  pinnedDay: Day | null
  notBeforeDay: Day | null
  pilot: boolean
  vip: boolean
}

/** Whether it lies on what a cap names: a server or a database. */
export const liesOn = ({ server, database }: PlanMailbox, name: string): boolean =>
  server === name || database === name

/** What else a mailbox is called: `exact` names belong to one mailbox, `loose` ones (display name, alias) may not. */
export type MailboxNames = {
  exact: readonly string[]
  loose: readonly string[]
  /** Of its Windows account; `told` where a source wrote it so, else it is made from where the account is in the directory. */
  domain?: { name: string; told: boolean }
}
