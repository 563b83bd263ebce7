import { anneal, canAnneal, settle } from './anneal.ts'
import type { Bins } from './bins.ts'
import { coarsen, type Level } from './coarsen.ts'
import type { Price } from './objective.ts'
import type { SeededRandom } from './random.ts'
import { refine } from './refine.ts'

/** No group outgrows the last of these shares of a cap. */
const shares = [1 / 16, 1 / 8, 1 / 4] as const

/** A level is worth its time where it has so many times fewer units than the one before. */
const shrunk = 1.5

const unitSteps = 2_000

/**
 * Anneals whole groups of units that lie in one batch: first large ones, then smaller ones. A team is tied to itself so much that no single
 * one of it would ever go first. `most`: steps at each size. Answers what was saved.
 */
export function* annealGroups(
  bins: Bins,
  price: Price,
  random: SeededRandom,
  { most }: { most: number },
): Generator<undefined, number> {
  const levels = yield* coarsen(bins.units, random, {
    until: bins.count * 4,
    shares,
    parts: bins.parts.slice(),
  })
  const labels = new Int32Array(bins.parts.length)
  let saved = 0
  for (const depth of worthwhile(levels)) {
    labelsAt(levels, depth, labels)
    const { units } = levels[depth]!
    const parts = new Int32Array(units.graph.nodes)
    for (let unit = 0; unit < labels.length; unit++) parts[labels[unit]!] = bins.parts[unit]!
    const groups = bins.withUnits(units, parts)
    if (!canAnneal(groups)) continue
    const steps = Math.min(most, unitSteps * units.graph.nodes)
    saved += yield* anneal(groups, price, random, { steps })
    saved += yield* refine(groups, price)
    settle(
      bins,
      labels.map((label) => groups.parts[label]!),
    )
  }
  return saved
}

/** Levels, the coarsest first; not the finest. */
function worthwhile(levels: readonly Level[]): number[] {
  const depths: number[] = []
  let finer = levels[0]!.units.graph.nodes
  for (let depth = 1; depth < levels.length; depth++) {
    const { nodes } = levels[depth]!.units.graph
    if (nodes * shrunk > finer) continue
    depths.unshift(depth)
    finer = nodes
  }
  return depths
}

/** The group of each unit of the finest level. */
function labelsAt(levels: readonly Level[], depth: number, labels: Int32Array): void {
  for (let unit = 0; unit < labels.length; unit++) {
    let label = unit
    for (let at = 0; at < depth; at++) label = levels[at]!.labels[label]!
    labels[unit] = label
  }
}
