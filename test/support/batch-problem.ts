import type { Graph } from '#src/domain/migration/batching/graph.ts'
import { type BatchProblem, type BatchSolution, solve } from '#src/domain/migration/batching/solve.ts'

/** A problem with one cap, one batch a day from day 20,000 on, and no rules. */
export const plainProblem = (graph: Graph, cap: number): BatchProblem => ({
  graph,
  dimensions: 1,
  loads: new Float64Array(graph.nodes).fill(1),
  caps: Float64Array.of(cap),
  notBefore: new Int32Array(graph.nodes),
  pinned: new Int32Array(graph.nodes).fill(-1),
  together: new Int32Array(0),
  apart: new Int32Array(0),
  pulls: null,
  windows: Int32Array.from({ length: 40 + Math.ceil((3 * graph.nodes) / cap) }, (_, at) => 20_000 + at),
  closedDays: [],
  mayWait: true,
  announced: null,
  loyalty: 0,
  objective: 'days',
  effort: 'full',
  spareBatches: null,
  seed: 1,
})

export function solved(problem: BatchProblem): BatchSolution {
  const work = solve(problem)
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

/** Mailboxes in each batch. */
export function batchSizes({ batchOf, days }: BatchSolution): number[] {
  const sizes = new Array<number>(days.length).fill(0)
  for (const batch of batchOf) sizes[batch]!++
  return sizes
}
