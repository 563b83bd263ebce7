import { Bins } from './bins.ts'
import { coarsen } from './coarsen.ts'
import { cutOf, type Graph, induced } from './graph.ts'
import type { SeededRandom } from './random.ts'
import { RankedHeap } from './ranked-heap.ts'
import { refine } from './refine.ts'
import { noDay, type Units } from './units.ts'

/**
 * Halves of halves until each part fits a batch (recursive bisection, Karypis and Kumar 1998): what hangs together in long chains
 * stays in stretches of them, which clusters that are put into batches one by one do not. Answers a label for each unit; who has dates
 * or enemies is by itself, and so are all of a part that exceeds a cap in the end. `inLine`: the parts are to stand in a line, and who
 * is tied to those before or behind a part comes into the half that is nearer to them (terminal propagation, Dunlop and Kernighan 1985).
 * Without `loners` whoever is tied to nobody is by itself too: those in the halves are to be fewer than fit into the parts then.
 */
export function* bisect(
  units: Units,
  parts: number,
  random: SeededRandom,
  { inLine, loners = true }: { inLine: boolean; loners?: boolean },
): Generator<undefined, Int32Array> {
  const { nodes } = units.graph
  const labels = new Int32Array(nodes)
  for (let unit = 0; unit < nodes; unit++) labels[unit] = unit
  const free = labels.filter((unit) => isFree(units, unit) && (loners || isTied(units.graph, unit)))
  const places = new Int32Array(nodes).fill(noPlace)
  for (const unit of free) places[unit] = 0
  // Wide before deep: both sides of a part are known alike when it is halved.
  const open = [{ members: free, parts, begin: 0 }]
  const numberOf = new Int32Array(nodes).fill(-1)
  for (let turn = 0; turn < open.length; turn++) {
    const next = open[turn]!
    if (next.members.length === 0) continue
    if (next.parts === 1) {
      if (fitsOne(units, next.members)) for (const unit of next.members) labels[unit] = next.members[0]!
      continue
    }
    const ends = tiesToEnds(units.graph, next.members, inLine ? { places, begin: next.begin } : null)
    const isLeft = yield* halve(halvesOf(units, next.members, next.parts, numberOf, ends), random)
    const more = Math.ceil(next.parts / 2)
    const behind = next.members.filter((_, at) => !isLeft(at))
    for (const unit of behind) places[unit] = next.begin + more
    const before = next.members.filter((_, at) => isLeft(at))
    open.push({ members: before, parts: more, begin: next.begin })
    open.push({ members: behind, parts: next.parts - more, begin: next.begin + more })
  }
  return labels
}

function fitsOne({ dimensions, loads, caps }: Units, members: Int32Array): boolean {
  return caps.every((cap, d) => members.reduce((sum, unit) => sum + loads[unit * dimensions + d]!, 0) <= cap)
}

const isFree = ({ notBefore, pinned, apart }: Units, unit: number): boolean =>
  notBefore[unit] === 0 &&
  pinned[unit] === noDay &&
  (apart === null || apart.offsets[unit] === apart.offsets[unit + 1])

const isTied = ({ offsets }: Graph, unit: number): boolean => offsets[unit] !== offsets[unit + 1]

/** Units at which growing begins, in turns: few are cut least, more fill the halves better. */
const coarsest = [30, 80]
const shares = [1 / 64, 1 / 32, 1 / 16, 1 / 8]
const tries = 8
/** Below, everybody is looked at for each who comes in. */
const fewToGrow = 500
/** Tries together: where clusters do not come together, as around a hub, growing begins at many. */
const grownUnits = 20_000
/** Ways down and up for each pair of halves, fewer of large ones. */
const mostDescents = 6
const descentUnits = 20_000
/** Of the room that is left over, what each half may not use, so that halves of it have some too. */
const leftOver = 0.25

/** Who is in the larger half, which is to have one part more than the other where they are odd. */
function* halve(two: Units, random: SeededRandom): Generator<undefined, (at: number) => boolean> {
  let best: Bins | undefined
  let bestCut = Number.POSITIVE_INFINITY
  const descents = Math.max(1, Math.min(mostDescents, Math.floor(descentUnits / two.graph.nodes)))
  for (let descent = 0; descent < descents; descent++) {
    const bins = yield* twoHalves(two, coarsest[descent % coarsest.length]!, random)
    const cut = cutBetween(bins)
    if (cut >= bestCut) continue
    best = bins
    bestCut = cut
  }
  return (at) => best!.parts[at + 1] === 0
}

/** The cut, and more than any where the smaller half has too much in it. */
const cutBetween = (bins: Bins): number =>
  cutOf(bins.units.graph, bins.parts) + (isOver(bins, 1) ? Number.MAX_SAFE_INTEGER / 2 : 0)

function* twoHalves(two: Units, until: number, random: SeededRandom): Generator<undefined, Bins> {
  const levels = yield* coarsen(two, random, { until, shares })
  const top = levels.at(-1)!.units
  let best: Bins | undefined
  let bestCut = Number.POSITIVE_INFINITY
  const most = Math.max(1, Math.min(tries, Math.floor(grownUnits / top.graph.nodes)))
  for (let attempt = 0; attempt < most; attempt++) {
    const bins = grown(top, random)
    yield* refine(bins, { days: null })
    const cut = cutOf(top.graph, bins.parts)
    if (cut >= bestCut) continue
    best = bins
    bestCut = cut
  }
  let bins = best!
  for (let depth = levels.length - 2; depth >= 0; depth--) {
    const { units: finer, labels } = levels[depth]!
    bins = bins.withUnits(
      finer,
      labels.map((label) => bins.parts[label]!),
    )
    // Finer units find room where coarse ones did not.
    const filled = bins
    grow(filled, 0, () => !isOver(filled, 1))
    yield* refine(bins, { days: null })
  }
  return bins
}

/** How much each is tied to those before its part and to those behind it. */
type EndTies = { before: Int32Array; behind: Int32Array }

const noPlace = -1

/** `places`: where the part of each unit begins in the line; null: there is no line, and nobody is tied to its ends. */
function tiesToEnds(
  { offsets, targets, weights }: Graph,
  members: Int32Array,
  line: { places: Int32Array; begin: number } | null,
): EndTies {
  const before = new Int32Array(members.length)
  const behind = new Int32Array(members.length)
  members.forEach((unit, at) => {
    for (let edge = offsets[unit]!; line !== null && edge < offsets[unit + 1]!; edge++) {
      const place = line.places[targets[edge]!]!
      if (place === noPlace || place === line.begin) continue
      const side = place < line.begin ? before : behind
      side[at]! += weights[edge]!
    }
  })
  return { before, behind }
}

/**
 * These units; in front of them one that takes the room which the smaller half has less and stands for all behind them, and after them one
 * that stands for all before.
 */
function halvesOf(
  units: Units,
  members: Int32Array,
  parts: number,
  numberOf: Int32Array,
  ends: EndTies,
): Units {
  const { dimensions } = units
  members.forEach((unit, at) => {
    numberOf[unit] = at + 1
  })
  const graph = withEnds(induced(units.graph, members, numberOf), ends)
  for (const unit of members) numberOf[unit] = -1
  const { nodes } = graph
  const loads = new Float64Array(nodes * dimensions)
  const all = new Float64Array(dimensions)
  members.forEach((unit, at) => {
    for (let d = 0; d < dimensions; d++) {
      const load = units.loads[unit * dimensions + d]!
      loads[(at + 1) * dimensions + d] = load
      all[d]! += load
    }
  })
  const more = Math.ceil(parts / 2)
  for (let d = 0; d < dimensions; d++) loads[d] = (2 * more - parts) * units.caps[d]!
  const pinned = new Int32Array(nodes).fill(noDay)
  pinned[0] = smallerHalf
  pinned[nodes - 1] = largerHalf
  return {
    graph,
    dimensions,
    loads,
    caps: units.caps.map((cap, d) => more * cap - leftOver * Math.max(0, parts * cap - all[d]!)),
    notBefore: new Int32Array(nodes),
    pinned,
    apart: null,
    pulls: null,
  }
}

/** A graph whose targets are numbered from 1, with a node in front and one after them. */
function withEnds({ nodes, offsets, targets, weights }: Graph, { before, behind }: EndTies): Graph {
  const ofEnds = before.reduce((count, tie, at) => count + Number(tie > 0) + Number(behind[at]! > 0), 0)
  const all: Graph = {
    nodes: nodes + 2,
    offsets: new Int32Array(nodes + 3),
    targets: new Int32Array(targets.length + 2 * ofEnds),
    weights: new Int32Array(targets.length + 2 * ofEnds),
  }
  let filled = 0
  const add = (target: number, weight: number) => {
    if (weight === 0) return
    all.targets[filled] = target
    all.weights[filled++] = weight
  }
  behind.forEach((tie, at) => {
    add(at + 1, tie)
  })
  all.offsets[1] = filled
  for (let node = 0; node < nodes; node++) {
    add(0, behind[node]!)
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) add(targets[edge]!, weights[edge]!)
    add(nodes + 1, before[node]!)
    all.offsets[node + 2] = filled
  }
  before.forEach((tie, at) => {
    add(at + 1, tie)
  })
  all.offsets[nodes + 2] = filled
  return all
}

const largerHalf = 0
const smallerHalf = 1

/** One half grows around somebody until it has what it should and the other keeps its caps. */
function grown(units: Units, random: SeededRandom): Bins {
  const bins = new Bins(units)
  bins.open({ pinned: largerHalf })
  bins.open({ pinned: smallerHalf })
  const last = units.pinned.indexOf(largerHalf)
  for (let unit = 0; unit < units.graph.nodes; unit++) bins.put(unit, unit === last ? 0 : 1)
  const { dimensions } = units
  const half = Array.from({ length: dimensions }, (_, d) => bins.loads[dimensions + d]! / 2)
  const isHalf = () => half.some((load, d) => load > 0 && bins.loads[d]! >= load)
  grow(bins, random.below(units.graph.nodes), () => isHalf() && !isOver(bins, 1))
  return bins
}

/** The larger half takes whoever is tied to it most and to the others least, one after the other. */
function grow(bins: Bins, start: number, isEnough: () => boolean): void {
  if (isEnough()) return
  const { graph } = bins.units
  const gains = new Float64Array(graph.nodes)
  for (let unit = 0; unit < graph.nodes; unit++)
    for (let edge = graph.offsets[unit]!; edge < graph.offsets[unit + 1]!; edge++)
      gains[unit]! += bins.parts[graph.targets[edge]!] === 0 ? graph.weights[edge]! : -graph.weights[edge]!
  const next = graph.nodes > fewToGrow ? bestFirst(bins, gains) : eachLookedAt(bins, gains, start)
  while (!isEnough()) {
    const best = next.pop()
    if (best === -1) return
    bins.move(best, 0)
    for (let edge = graph.offsets[best]!; edge < graph.offsets[best + 1]!; edge++) {
      gains[graph.targets[edge]!]! += 2 * graph.weights[edge]!
      next.changed(graph.targets[edge]!)
    }
  }
}

/** Who comes into the larger half next; -1: nobody has room there. */
type Next = { pop(): number; changed(unit: number): void }

function eachLookedAt(bins: Bins, gains: Float64Array, start: number): Next {
  const { graph, pinned } = bins.units
  return {
    pop: () => {
      let best = -1
      for (let each = 0; each < graph.nodes; each++) {
        const unit = (start + each) % graph.nodes
        if (bins.parts[unit] === 0 || pinned[unit] !== noDay || !bins.hasRoom(0, unit)) continue
        if (best === -1 || gains[unit]! > gains[best]!) best = unit
      }
      return best
    },
    changed: () => {},
  }
}

function bestFirst(bins: Bins, gains: Float64Array): Next {
  const { graph, pinned } = bins.units
  const heap = new RankedHeap(graph.nodes)
  for (let unit = 0; unit < graph.nodes; unit++)
    if (bins.parts[unit] !== 0 && pinned[unit] === noDay) heap.set(unit, gains[unit]!)
  return {
    pop: () => {
      while (heap.size > 0) {
        const unit = heap.pop()
        if (bins.hasRoom(0, unit)) return unit
      }
      return -1
    },
    changed: (unit) => {
      if (heap.has(unit)) heap.set(unit, gains[unit]!)
    },
  }
}

function isOver({ loads, units: { dimensions, caps } }: Bins, bin: number): boolean {
  return caps.some((cap, d) => loads[bin * dimensions + d]! > cap)
}
