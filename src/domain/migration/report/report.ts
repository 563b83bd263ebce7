import type { LeftOutList } from '../collect-grants.ts'
import type { GrantTable } from '../grant-table.ts'
import type { MovedBooking } from '../moved-booking.ts'
import type { Plan } from '../plan.ts'
import type { WhatIf } from '../what-if.ts'

/** What the reports are made of. */
export type PlanReport = {
  plan: Plan
  leftOut: LeftOutList
  /** Rights that tie nobody to a night, and work after the move as the others. */
  untied: GrantTable
  /** How rooms and equipment answer, by mailbox. */
  bookings?: ReadonlyMap<number, MovedBooking>
  /** In order of their caps; empty: nobody asked. */
  whatIf: readonly WhatIf[]
  /** Whoever plans should know, whole sentences. */
  notes: readonly string[]
  /** As they should be: told, and nothing to look at. */
  asides?: readonly string[]
  /** Files that were read, with how many rows. */
  sources: readonly { name: string; rows: number }[]
  madeAt: string
}
