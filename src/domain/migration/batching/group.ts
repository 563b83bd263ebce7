import type { Bins } from './bins.ts'
import { coarsen, type Level } from './coarsen.ts'
import { cutOf, type Graph } from './graph.ts'
import { halvedLevels, hasHubs } from './line-start.ts'
import type { Price } from './objective.ts'
import { fewestBatches, Packing } from './pack.ts'
import type { SeededRandom } from './random.ts'
import { refine } from './refine.ts'
import type { BatchProblem } from './solve.ts'
import type { Units } from './units.ts'

/** Above this many units a try is one way down and up, and refinement keeps to the finest level. */
export const largeGraph = 100_000
const spareShare = 0.02

const shares = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1] as const

/** Below this many units all starts from where packing left them find the best; above the other, halves of halves take too long. */
export const fewUnits = 200
export const mayHalve = (graph: Graph): boolean =>
  graph.nodes >= fewUnits && graph.nodes <= largeGraph && !hasHubs(graph)

type Halves = { inLine: boolean }

/** One try: coarsen, pack, refine on the way back up. */
export function* group(
  problem: BatchProblem,
  units: Units,
  random: SeededRandom,
  halves: Halves | null,
): Generator<undefined, Bins> {
  const fewest = fewestBatches(units.loads, units.caps)
  const halved = halves && (yield* halvedLevels(units, wantedBatches(problem, units), random, halves))
  const levels = halved ?? (yield* coarsen(units, random, { until: fewest, shares }))
  const bins = yield* bestPacking(problem, levels)
  const large = units.graph.nodes > largeGraph
  for (let cycle = 0; cycle < 2 && !large && units.graph.targets.length > 0; cycle++) {
    yield* refineLevels(bins, { days: null }, random)
  }
  yield* refine(bins, { days: null }, { rounds: large ? 3 : 8 })
  return bins
}

/** A few batches more than the fewest are allowed where they save cuts, since broken days count first. */
export function wantedBatches({ spareBatches }: BatchProblem, { loads, caps, graph }: Units): number {
  const fewest = fewestBatches(loads, caps)
  if (graph.targets.length === 0) return fewest
  return fewest + (spareBatches ?? Math.floor(fewest * spareShare))
}

type Cut = { bins: Bins; cut: number }

/** Whether one is better than another: what is cut, then batches; but more than `wanted` of them count first. */
export function cutsLess(one: Cut, other: Cut, wanted: number): boolean {
  const over = Math.max(wanted, one.bins.count) - Math.max(wanted, other.bins.count)
  return (over || one.cut - other.cut || one.bins.count - other.bins.count) < 0
}

/**
 * Clusters of every coarse level are tried: large ones keep most together and leave holes, small ones fill the batches and are
 * cut more.
 */
function* bestPacking(problem: BatchProblem, levels: readonly Level[]): Generator<undefined, Bins> {
  const { units } = levels[0]!
  const wanted = wantedBatches(problem, units)
  const lowest = Math.max(
    0,
    Math.min(
      levels.length - 1,
      levels.findIndex(({ units: { graph } }) => graph.nodes <= 64 * wanted),
    ),
  )
  let best: Bins | undefined
  let bestCut = 0
  for (let top = lowest; top < levels.length; top++) {
    const bins = yield* new Packing(levels.slice(0, top + 1), wanted, new Set(problem.closedDays)).run()
    const cut = cutOf(units.graph, bins.parts)
    if (best !== undefined && !cutsLess({ bins, cut }, { bins: best, cut: bestCut }, wanted)) continue
    best = bins
    bestCut = cut
  }
  return best!
}

/** Coarsens inside the batches and refines from the coarsest level to the finest. */
export function* refineLevels(bins: Bins, price: Price, random: SeededRandom): Generator<undefined> {
  const parts = bins.parts.slice()
  const levels = yield* coarsen(bins.units, random, {
    until: bins.count * 4,
    shares: shares.slice(0, 3),
    parts,
  })
  let coarse = parts
  const byLevel = [coarse]
  for (const { labels } of levels.slice(0, -1)) {
    const next = new Int32Array(levels[byLevel.length]!.units.graph.nodes)
    for (let node = 0; node < labels.length; node++) next[labels[node]!] = coarse[node]!
    coarse = next
    byLevel.push(coarse)
  }
  let current = coarse
  for (let depth = levels.length - 1; depth >= 1; depth--) {
    const there = bins.withUnits(levels[depth]!.units, current.slice())
    yield* refine(there, price)
    const { labels } = levels[depth - 1]!
    current = labels.map((label) => there.parts[label]!)
  }
  for (let unit = 0; unit < current.length; unit++) {
    if (bins.parts[unit] !== current[unit]) bins.take(unit)
  }
  for (let unit = 0; unit < current.length; unit++) {
    if (bins.parts[unit] === -1) bins.put(unit, current[unit]!)
  }
}
