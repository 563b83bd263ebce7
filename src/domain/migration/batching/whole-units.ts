import { DisjointSets } from './disjoint-sets.ts'
import type { Graph } from './graph.ts'
import type { BatchProblem } from './solve.ts'
import { apartOf, joinUnits, noDay, type Units } from './units.ts'

/**
 * Whether people are drawn along by those they are tied to: they wait for the one who may not move before some day, or follow the one
 * who has a day. `joins`: who was told a day is placed as one with those they are tied to.
 */
export type Draws = { waits: boolean; follows: boolean; joins: boolean }

export type WholeUnits = {
  units: Units
  /** Unit of each mailbox. */
  labels: Int32Array
  /** Day that was announced to each unit, -1: none; null: no plan was announced. */
  announced: Int32Array | null
  /** Whether somebody was. */
  drawn: Pick<Draws, 'waits' | 'follows'>
}

/** Must-together sets made one, then every component that fits a batch. */
export function wholeUnits(problem: BatchProblem, draws: Draws): WholeUnits {
  const single = singleUnits(problem)
  const { nodes } = single.graph
  const sets = new DisjointSets(nodes)
  for (let pair = 0; pair < problem.together.length; pair += 2) {
    sets.join(problem.together[pair]!, problem.together[pair + 1]!)
  }
  const together = sets.labels()
  const joined = together.count === nodes ? single : joinUnits(single, together.labels, together.count)
  const told = problem.announced === null ? null : mostOf(problem.announced, together.labels, together.count)
  const whole = wholeComponents(joined, told, new Set(problem.closedDays), draws)
  return {
    units: joinUnits(joined, whole.labels, whole.count),
    labels: together.labels.map((label) => whole.labels[label]!),
    announced: told === null ? null : mostOf(told, whole.labels, whole.count),
    drawn: whole.drawn,
  }
}

function singleUnits(problem: BatchProblem): Units {
  const { graph, dimensions, loads, caps, notBefore, pinned, pulls, apart } = problem
  const pairs: [number, number][] = []
  for (let pair = 0; pair < apart.length; pair += 2) {
    pairs.push([apart[pair]!, apart[pair + 1]!], [apart[pair + 1]!, apart[pair]!])
  }
  const enemies = pairs.length === 0 ? null : apartOf(graph.nodes, pairs)
  return { graph, dimensions, loads, caps, notBefore, pinned, apart: enemies, pulls }
}

/** The day that was announced to most members of each label. */
function mostOf(announced: Int32Array, labels: Int32Array, count: number): Int32Array {
  const days = new Int32Array(count).fill(noDay)
  const votes = new Map<number, Map<number, number>>()
  labels.forEach((label, member) => {
    const day = announced[member]!
    if (day === noDay) return
    const there = votes.get(label) ?? new Map<number, number>()
    there.set(day, (there.get(day) ?? 0) + 1)
    votes.set(label, there)
  })
  for (const [label, there] of votes) {
    days[label] = [...there].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]![0]
  }
  return days
}

/**
 * Components within every cap are never split. Those that are larger stay in pieces, and so do those with enemies in them, with
 * several pinned days, with a pinned day that has no room for all, or of whom people were told several days.
 */
function wholeComponents(
  units: Units,
  announced: Int32Array | null,
  closedDays: ReadonlySet<number>,
  draws: Draws,
): { labels: Int32Array; count: number; drawn: WholeUnits['drawn'] } {
  const { nodes } = units.graph
  const { labels, count } = componentsOf(units, closedDays, draws.joins ? null : announced)
  const joined = joinUnits({ ...units, graph: noEdges(nodes) }, labels, count)
  const whole = new Uint8Array(count).fill(1)
  for (let label = 0; label < count; label++) {
    for (let d = 0; d < units.dimensions; d++) {
      if (joined.loads[label * units.dimensions + d]! > units.caps[d]!) whole[label] = 0
    }
    for (let at = joined.apart?.offsets[label] ?? 0; at < (joined.apart?.offsets[label + 1] ?? 0); at++) {
      if (joined.apart!.targets[at] === label) whole[label] = 0
    }
  }
  const waiting = new Uint8Array(count)
  const told = new Int32Array(count).fill(noDay)
  /** Components of which one has to move on a day and another might at any time, and that day. */
  const follows = new Map<number, number>()
  for (let node = 0; node < nodes; node++) {
    const label = labels[node]!
    const late = joined.notBefore[label]!
    const day = joined.pinned[label]!
    if (late !== units.notBefore[node]) {
      // Whoever was told a day does not wait for somebody else.
      if (draws.waits && announced === null && day === noDay) waiting[label] = 1
      else if (day === noDay || late > day) whole[label] = 0
    }
    if (day !== units.pinned[node]) {
      const mayFollow = draws.follows && units.pinned[node] === noDay
      if (!mayFollow || closedDays.has(day) || late > day) whole[label] = 0
      follows.set(label, day)
    }
    const promised = announced?.[node] ?? noDay
    if (promised === noDay) continue
    if (told[label] !== noDay && told[label] !== promised) whole[label] = 0
    told[label] = promised
  }
  for (const [label, day] of follows) {
    // Nobody is drawn away from the day that was announced to them.
    if (told[label] !== noDay && told[label] !== day) whole[label] = 0
  }
  leaveWhereFull(units, labels, joined, whole, follows)
  const kept = new DisjointSets(nodes)
  const first = new Int32Array(count).fill(-1)
  const drawn = { waits: false, follows: false }
  for (let node = 0; node < nodes; node++) {
    const label = labels[node]!
    if (whole[label] === 0) continue
    drawn.waits ||= waiting[label] === 1
    drawn.follows ||= follows.has(label)
    if (first[label] === -1) first[label] = node
    else kept.join(first[label]!, node)
  }
  return { ...kept.labels(), drawn }
}

/** Whoever is tied to somebody with a day comes along as long as one batch of that day has room for all of them. */
function leaveWhereFull(
  units: Units,
  labels: Int32Array,
  joined: Units,
  whole: Uint8Array,
  follows: ReadonlyMap<number, number>,
): void {
  if (follows.size === 0) return
  const { dimensions, caps } = units
  const pinned = new Map<number, Float64Array>()
  const own = new Map<number, Float64Array>()
  const into = (sums: Map<number, Float64Array>, key: number, unit: number) => {
    const sum = sums.get(key) ?? new Float64Array(dimensions)
    for (let d = 0; d < dimensions; d++) sum[d]! += units.loads[unit * dimensions + d]!
    sums.set(key, sum)
  }
  labels.forEach((label, unit) => {
    if (units.pinned[unit] === noDay) return
    into(pinned, units.pinned[unit]!, unit)
    if (follows.has(label)) into(own, label, unit)
  })
  for (const [label, day] of follows) {
    if (whole[label] === 0) continue
    const there = pinned.get(day)!
    const more = there.map((load, d) => load + joined.loads[label * dimensions + d]! - own.get(label)![d]!)
    if (more.every((load, d) => load <= caps[d]!)) pinned.set(day, more)
    else whole[label] = 0
  }
}

/** Whoever goes with the pilot, or was `told` a day, goes without the others, who are components of their own then. */
function componentsOf(
  { graph: { nodes, offsets, targets }, pinned }: Units,
  closedDays: ReadonlySet<number>,
  told: Int32Array | null,
): { labels: Int32Array; count: number } {
  const sets = new DisjointSets(nodes)
  for (let node = 0; node < nodes; node++) {
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) {
      const other = targets[edge]!
      if (told !== null && (told[node] !== noDay || told[other] !== noDay)) continue
      if (other > node && closedDays.has(pinned[node]!) === closedDays.has(pinned[other]!))
        sets.join(node, other)
    }
  }
  return sets.labels()
}

const noEdges = (nodes: number): Graph => ({
  nodes,
  offsets: new Int32Array(nodes + 1),
  targets: new Int32Array(0),
  weights: new Int32Array(0),
})
