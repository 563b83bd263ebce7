import { counted, figure } from '#src/base/figure-words.ts'
import { fewestBatches } from './batching/pack.ts'
import type { BatchProblem, BatchSolution } from './batching/solve.ts'
import { type Day, readableDay } from './day.ts'
import { type PlanProblem, planProblem } from './problem.ts'

/** What another cap would give. */
export type WhatIf = {
  cap: number
  /** As the plan itself is made; else from few starts, where a plan is the best of several: mostly a percent or two above what a run has. */
  exact: boolean
  batches: number
  brokenDays: number
  /** Pairs with grants that are apart for some days. */
  cutPairs: number
  lastDay: Day
  /** The smaller cap whose batches these are, as those for this cap would break more; null: they are for this cap. */
  asAtCap: number | null
}

const factors = [0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 4]
/** Of problems that are not small, each of whose plans takes seconds; and of those where it takes a minute. */
const fewerFactors = [0.5, 0.75, 1, 1.25, 1.5, 2]
const fewestFactors = [0.75, 1, 1.5, 2]

/** Beyond this many edges the curve is drawn only when asked for, and of few caps. */
export const curveEdges = 200_000

/** Caps worth asking about around that of the plan: none below what must move together, none beyond everybody. */
export function capsToTry(problem: BatchProblem, largestSet: number): number[] {
  const [cap] = problem.caps
  const all = problem.graph.nodes
  const isLarge = problem.graph.targets.length > curveEdges
  const caps = (isSmall(problem) ? factors : isLarge ? fewestFactors : fewerFactors).map((factor) =>
    Math.min(all, Math.max(1, largestSet, Math.round(cap! * factor))),
  )
  return [...new Set([...caps, cap!])].sort((a, b) => a - b)
}

/** Mailboxes and edges of a problem for which ten plans take no longer than a quarter of a minute. */
const smallProblem = 3_000

const isSmall = ({ graph: { nodes, targets } }: BatchProblem): boolean =>
  nodes + targets.length / 2 <= smallProblem

/**
 * The problem with another cap and everything else as it is: what a run with that `--cap` solves, a large one from few starts. A
 * `Refusal` where that run would refuse.
 */
export function withCap({ input, graph }: PlanProblem, cap: number): BatchProblem {
  const caps = { ...input.rules.caps, mailboxes: cap }
  const { batches } = planProblem({ ...input, rules: { ...input.rules, caps } }, graph)
  return isSmall(batches) ? batches : { ...batches, effort: 'few' }
}

/** Of the fewest batches, for the try with more of them. */
const moreShare = 0.1

/** The problem with about a tenth more batches than the fewest; null where whoever asks said how many, or was told nights already. */
export function withMoreBatches(problem: PlanProblem): BatchProblem | null {
  const { batches } = problem
  if (batches.spareBatches !== null || batches.announced !== null || batches.objective === 'cut') return null
  const fewest = fewestBatches(batches.loads, batches.caps)
  if (fewest < 2) return null
  return { ...withCap(problem, batches.caps[0]!), spareBatches: Math.max(1, Math.round(fewest * moreShare)) }
}

/** So much less has to break for another batch to be worth saying. */
const clearly = 0.9

/** What some batches more would save, for people; none where that is not much. */
export function moreBatchesNotes(planned: WhatIf, more: WhatIf, spareBatches: number): string[] {
  if (more.batches <= planned.batches || more.brokenDays > planned.brokenDays * clearly) return []
  const less = Math.round(100 - (100 * more.brokenDays) / planned.brokenDays)
  return [
    `With ${counted(more.batches, 'batch', 'batches')} instead of ${figure(planned.batches)} (the last on ` +
      `${readableDay(more.lastDay)}) ${less} % less would be broken, ${figure(Math.round(more.brokenDays))} delegation-days ` +
      `instead of ${figure(Math.round(planned.brokenDays))}: --spare-batches ${spareBatches}.`,
  ]
}

export function judge(problem: BatchProblem, { batchOf, days }: BatchSolution): WhatIf {
  const { graph, pulls } = problem
  let broken = 0
  let cutPairs = 0
  for (let a = 0; a < graph.nodes; a++) {
    const day = days[batchOf[a]!]!
    for (let edge = graph.offsets[a]!; edge < graph.offsets[a + 1]!; edge++) {
      const b = graph.targets[edge]!
      const apart = Math.abs(day - days[batchOf[b]!]!)
      if (b <= a || apart === 0) continue
      broken += apart * graph.weights[edge]!
      cutPairs++
    }
    for (let at = pulls?.offsets[a] ?? 0; at < (pulls?.offsets[a + 1] ?? 0); at++) {
      broken += Math.abs(day - pulls!.days[at]!) * pulls!.weights[at]!
      cutPairs++
    }
  }
  return {
    cap: problem.caps[0]!,
    exact: problem.effort === 'full',
    batches: days.length,
    brokenDays: broken / 100,
    cutPairs,
    lastDay: days.at(-1)!,
    asAtCap: null,
  }
}

/**
 * A plan that holds at a cap holds at every larger one: where a larger cap did worse, what the smaller one gave stands there. The plan
 * itself, whose cap is `planned`, stays as it is.
 */
export function neverWorse(points: readonly WhatIf[], planned: number): WhatIf[] {
  let best: WhatIf | undefined
  return points.map((point) => {
    if (best === undefined || point.brokenDays <= best.brokenDays) best = point
    return point === best || point.cap === planned ? point : { ...best, cap: point.cap, asAtCap: best.cap }
  })
}

/** Where a smaller cap broke less than the plan does. */
export function smallerCapNotes(points: readonly WhatIf[], planned: WhatIf): string[] {
  const smaller = points.filter(({ cap, brokenDays }) => cap < planned.cap && brokenDays < planned.brokenDays)
  const [best] = smaller.sort((a, b) => a.brokenDays - b.brokenDays || a.batches - b.batches)
  if (best === undefined) return []
  return [
    `A smaller cap breaks less: --cap ${best.cap} gives ${counted(best.batches, 'batch', 'batches')} instead of ` +
      `${figure(planned.batches)} (the last on ${readableDay(best.lastDay)}), and ${figure(Math.round(best.brokenDays))} ` +
      `delegation-days instead of ${figure(Math.round(planned.brokenDays))}.`,
  ]
}
