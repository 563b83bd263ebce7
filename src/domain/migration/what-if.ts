import type { BatchProblem, BatchSolution } from './batching/solve.ts'
import type { Day } from './day.ts'

/** What another cap would give. Found with less effort than the plan, so a figure may be a little above what a plan would have. */
export type WhatIf = {
  cap: number
  batches: number
  brokenDays: number
  /** Pairs with grants that are apart for some days. */
  cutPairs: number
  lastDay: Day
}

const factors = [0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 4]

/** Caps worth asking about around that of the plan: none below what must move together, none beyond everybody. */
export function capsToTry(problem: BatchProblem, largestSet: number): number[] {
  const [cap] = problem.caps
  const all = problem.graph.nodes
  const caps = factors.map((factor) => Math.min(all, Math.max(1, largestSet, Math.round(cap! * factor))))
  return [...new Set([...caps, cap!])].sort((a, b) => a - b)
}

export function withCap(problem: BatchProblem, cap: number): BatchProblem {
  const caps = problem.caps.slice()
  caps[0] = cap
  return { ...problem, caps, announced: null, effort: 'quick' }
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
    batches: days.length,
    brokenDays: broken / 100,
    cutPairs,
    lastDay: days.at(-1)!,
  }
}

/**
 * A plan that holds at a cap holds at every larger one: where a larger cap was found to do worse, it does as well. At `planned`,
 * the cap of the plan, it is what the plan itself has.
 */
export function neverWorse(points: readonly WhatIf[], planned: number): WhatIf[] {
  let best: WhatIf | undefined
  return points.map((point) => {
    if (best === undefined || point.brokenDays <= best.brokenDays) best = point
    return point.cap === planned ? point : { ...best, cap: point.cap }
  })
}
