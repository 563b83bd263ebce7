import { compactLabels } from './graph.ts'
import type { SeededRandom } from './random.ts'
import { joinUnits, sameDates, type Units } from './units.ts'

/** A graph and how its units became those of the next coarser one. */
export type Level = { units: Units; labels: Int32Array }

/**
 * Clusters by label propagation in which no cluster outgrows `share` of any cap (Meyerhenke, Sanders, Schulz 2016, whose
 * recipe halves the cut of matching on networks of people). Each unit joins the neighbouring cluster it is tied to most.
 * With `parts`, only units of one part come together; a tie of less than `least` of all that a unit has joins nobody.
 */
function* propagateLabels(
  units: Units,
  share: number,
  random: SeededRandom,
  { rounds = 6, parts, least = 0 }: { rounds?: number; parts?: Int32Array | undefined; least?: number } = {},
): Generator<undefined, Int32Array> {
  const { graph, dimensions, caps } = units
  const { nodes, offsets, targets, weights } = graph
  const labels = new Int32Array(nodes)
  for (let node = 0; node < nodes; node++) labels[node] = node
  const loads = units.loads.slice()
  const limits = caps.map((cap) => cap * share)
  const tie = new Float64Array(nodes)
  const order = byDegree(units, random)
  /** Only whose neighbours changed sides can want something else than before. */
  const asleep = new Uint8Array(nodes)
  for (let round = 0; round < rounds; round++) {
    let moved = 0
    for (let turn = 0; turn < nodes; turn++) {
      const node = order[turn]!
      const begin = offsets[node]!
      const end = offsets[node + 1]!
      if (begin === end || asleep[node] === 1) continue
      asleep[node] = 1
      const own = labels[node]!
      let all = 0
      for (let edge = begin; edge < end; edge++) {
        tie[labels[targets[edge]!]!]! += weights[edge]!
        all += weights[edge]!
      }
      let best = own
      let bestTie = Math.max(tie[own]!, all * least)
      for (let edge = begin; edge < end; edge++) {
        const label = labels[targets[edge]!]!
        const tied = tie[label]!
        if (tied <= bestTie || label === own) continue
        if (!mayJoin(units, loads, limits, labels, node, label)) continue
        if (parts !== undefined && parts[label] !== parts[node]) continue
        best = label
        bestTie = tied
      }
      for (let edge = begin; edge < end; edge++) tie[labels[targets[edge]!]!] = 0
      if (best === own) continue
      for (let d = 0; d < dimensions; d++) {
        loads[own * dimensions + d]! -= units.loads[node * dimensions + d]!
        loads[best * dimensions + d]! += units.loads[node * dimensions + d]!
      }
      labels[node] = best
      for (let edge = begin; edge < end; edge++) asleep[targets[edge]!] = 0
      moved++
      if ((turn & 0xffff) === 0) yield
    }
    yield
    if (moved < nodes * 0.01) break
  }
  return labels
}

function mayJoin(
  units: Units,
  loads: Float64Array,
  limits: Float64Array,
  labels: Int32Array,
  node: number,
  label: number,
): boolean {
  const { dimensions, apart } = units
  for (let d = 0; d < dimensions; d++) {
    if (loads[label * dimensions + d]! + units.loads[node * dimensions + d]! > limits[d]!) return false
  }
  // Labels are named after a unit that had the dates of all who joined it.
  if (!sameDates(units, node, label)) return false
  if (apart === null) return true
  for (let at = apart.offsets[node]!; at < apart.offsets[node + 1]!; at++) {
    if (labels[apart.targets[at]!] === label) return false
  }
  return true
}

/** Few neighbours first, by chance among equals: hubs choose last, when their neighbours know where they belong. */
function byDegree(units: Units, random: SeededRandom): Int32Array {
  const { nodes, offsets } = units.graph
  const shuffled = random.permutation(nodes)
  const buckets = new Int32Array(66)
  const bucketOf = (node: number) => Math.min(64, offsets[node + 1]! - offsets[node]!)
  for (let node = 0; node < nodes; node++) buckets[bucketOf(node) + 1]!++
  for (let bucket = 0; bucket < 65; bucket++) buckets[bucket + 1]! += buckets[bucket]!
  const order = new Int32Array(nodes)
  for (const node of shuffled) order[buckets[bucketOf(node)]!++] = node
  return order
}

/** Pairs along the heaviest edges that fit in `share` of the caps; graphs of a few thousand shrink by halves, so that refinement has many levels. */
function matchHeavyEdges(units: Units, share: number, random: SeededRandom, parts?: Int32Array): Int32Array {
  const { graph, caps } = units
  const { nodes, offsets, targets, weights } = graph
  const limits = caps.map((cap) => cap * share)
  const labels = new Int32Array(nodes).fill(-1)
  const own = new Int32Array(nodes)
  for (let node = 0; node < nodes; node++) own[node] = node
  for (const node of random.permutation(nodes)) {
    if (labels[node] !== -1) continue
    let best = -1
    let bestWeight = 0
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) {
      const other = targets[edge]!
      if (labels[other] !== -1 || weights[edge]! <= bestWeight) continue
      if (parts !== undefined && parts[other] !== parts[node]) continue
      if (!mayJoin(units, units.loads, limits, own, node, other)) continue
      best = other
      bestWeight = weights[edge]!
    }
    labels[node] = node
    if (best !== -1) labels[best] = node
  }
  return labels
}

/** What a tie needs to count while clusters find their natural size: a team that is tied to all others alike stays by itself. */
const strong = 0.1
const strongLevels = 8

/**
 * Coarser and coarser graphs, down to where little shrinks. With `parts`, levels respect them, and `parts` of each level is
 * the part of its members. The last level's `labels` are empty.
 */
export function* coarsen(
  units: Units,
  random: SeededRandom,
  { until, shares, parts }: { until: number; shares: readonly number[]; parts?: Int32Array },
): Generator<undefined, Level[]> {
  const levels: Level[] = []
  let current = units
  let inside = parts
  for (let depth = 0; current.graph.nodes > until && depth < 24; depth++) {
    const share = shares[Math.min(depth, shares.length - 1)]!
    const small = units.graph.nodes <= 4_000
    const labels = small
      ? matchHeavyEdges(current, share, random, inside)
      : yield* propagateLabels(current, share, random, {
          parts: inside,
          least: depth < strongLevels ? strong : 0,
        })
    const count = compactLabels(labels)
    if (count > current.graph.nodes * 0.95) {
      if (depth > strongLevels) break
      if (count === current.graph.nodes) continue
    }
    levels.push({ units: current, labels })
    current = joinUnits(current, labels, count)
    if (inside !== undefined) {
      const coarser = new Int32Array(count)
      for (let node = 0; node < labels.length; node++) coarser[labels[node]!] = inside[node]!
      inside = coarser
    }
    yield
  }
  levels.push({ units: current, labels: new Int32Array(0) })
  return levels
}
