import type { LeftOutList } from '../collect-grants.ts'
import type { Plan } from '../plan.ts'
import type { WhatIf } from '../what-if.ts'

/** What the reports are made of. */
export type PlanReport = {
  plan: Plan
  leftOut: LeftOutList
  /** In order of their caps; empty: nobody asked. */
  whatIf: readonly WhatIf[]
  /** Whoever plans should know, whole sentences. */
  notes: readonly string[]
  /** Files that were read, with how many rows. */
  sources: readonly { name: string; rows: number }[]
  madeAt: string
}
