import type { BatchSolution } from './batching/solve.ts'
import type { Day } from './day.ts'
import type { TableGrant } from './grant-table.ts'
import type { PlanProblem } from './problem.ts'
import { type Remedy, tellRemedies } from './remedy.ts'
import type { Right } from './right.ts'

/** A grant that does not work between the days on which its two ends move. Batch 0: that end has moved already. */
export type Cut = TableGrant & {
  weight: number
  fromBatch: number
  toBatch: number
  /** The day it breaks and the day it works again. */
  brokenFrom: Day
  brokenUntil: Day
  days: number
  remedy: Remedy
}

/**
 * Of each right: grants, how many of them are cut, how many end at a mailbox which stays behind, and what each of these weigh (each
 * grant by itself, before pairs are capped).
 */
export type RightCounts = Partial<
  Record<
    Right,
    {
      grants: number
      cut: number
      staysBehind: number
      weight: number
      cutWeight: number
      staysBehindWeight: number
    }
  >
>

const nothing = { grants: 0, cut: 0, staysBehind: 0, weight: 0, cutWeight: 0, staysBehindWeight: 0 }

/** Every broken grant, the one that costs most first. */
export function cutGrants(
  problem: PlanProblem,
  solution: BatchSolution,
  batchOf: Int32Array,
  dayOf: readonly (Day | null)[],
): { cuts: Cut[]; byRight: RightCounts; staysBehind: TableGrant[] } {
  const { grants, today } = problem.input
  const cuts: Cut[] = []
  const byRight: RightCounts = {}
  const staysBehind: TableGrant[] = []
  for (let at = 0; at < grants.count; at++) {
    const owner = grants.ownerOf(at)
    const grantee = grants.granteeOf(at)
    const ownerDay = dayOf[owner]!
    const granteeDay = dayOf[grantee]!
    if (ownerDay === granteeDay && ownerDay === null) continue
    if (batchOf[owner] === 0 && batchOf[grantee] === 0 && ownerDay !== null && granteeDay !== null) continue
    byRight[grants.rightOf(at)] ??= { ...nothing }
    const counts = byRight[grants.rightOf(at)]!
    const weight = grants.weightOf(at, today)
    counts.grants++
    counts.weight += weight
    if (ownerDay === null || granteeDay === null) {
      counts.staysBehind++
      counts.staysBehindWeight += weight
      staysBehind.push(grants.get(at))
      continue
    }
    if (ownerDay === granteeDay) continue
    counts.cut++
    counts.cutWeight += weight
    cuts.push({
      ...grants.get(at),
      weight: weight / 100,
      fromBatch: batchOf[owner]!,
      toBatch: batchOf[grantee]!,
      brokenFrom: Math.min(ownerDay, granteeDay),
      brokenUntil: Math.max(ownerDay, granteeDay),
      days: Math.abs(ownerDay - granteeDay),
      remedy: { kind: 'bear' },
    })
  }
  for (const counts of Object.values(byRight)) {
    counts.weight /= 100
    counts.cutWeight /= 100
    counts.staysBehindWeight /= 100
  }
  // The row that it was read from comes last: the same grants in another order of rows are told in the same order.
  cuts.sort(
    (a, b) =>
      b.weight * b.days - a.weight * a.days ||
      a.owner - b.owner ||
      a.grantee - b.grantee ||
      compare(a.right, b.right) ||
      compare(a.folder ?? '', b.folder ?? '') ||
      compare(a.group ?? '', b.group ?? '') ||
      compare(a.where, b.where),
  )
  tellRemedies(problem, solution, cuts)
  return { cuts, byRight, staysBehind }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
