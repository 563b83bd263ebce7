import { Bins } from './bins.ts'
import { coarsen } from './coarsen.ts'
import { cutOf, induced } from './graph.ts'
import type { SeededRandom } from './random.ts'
import { refine } from './refine.ts'
import { noDay, type Units } from './units.ts'

/**
 * Halves of halves until each part fits a batch (recursive bisection, Karypis and Kumar 1998): what hangs together in long chains
 * stays in stretches of them, which clusters that are put into batches one by one do not. Answers a label for each unit; who has dates
 * or enemies is by itself, and so are all of a part that exceeds a cap in the end.
 */
export function* bisect(units: Units, parts: number, random: SeededRandom): Generator<undefined, Int32Array> {
  const { nodes } = units.graph
  const labels = new Int32Array(nodes)
  for (let unit = 0; unit < nodes; unit++) labels[unit] = unit
  const free = labels.filter((unit) => isFree(units, unit))
  const open = [{ members: free, parts }]
  const numberOf = new Int32Array(nodes).fill(-1)
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.members.length === 0) continue
    if (next.parts === 1) {
      if (fitsOne(units, next.members)) for (const unit of next.members) labels[unit] = next.members[0]!
      continue
    }
    const isLeft = yield* halve(units, next.members, next.parts, numberOf, random)
    const more = Math.ceil(next.parts / 2)
    open.push({ members: next.members.filter((_, at) => !isLeft(at)), parts: next.parts - more })
    open.push({ members: next.members.filter((_, at) => isLeft(at)), parts: more })
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

/** Units at which growing begins, in turns: few are cut least, more fill the halves better. */
const coarsest = [30, 80]
const shares = [1 / 64, 1 / 32, 1 / 16, 1 / 8]
const tries = 8
/** Ways down and up for each pair of halves, fewer of large ones. */
const mostDescents = 6
const descentUnits = 20_000
/** Of the room that is left over, what each half may not use, so that halves of it have some too. */
const leftOver = 0.25

/** Who is in the larger half, which is to have one part more than the other where they are odd. */
function* halve(
  units: Units,
  members: Int32Array,
  parts: number,
  numberOf: Int32Array,
  random: SeededRandom,
): Generator<undefined, (at: number) => boolean> {
  const two = halvesOf(units, members, parts, numberOf)
  let best: Bins | undefined
  let bestCut = Number.POSITIVE_INFINITY
  const descents = Math.max(1, Math.min(mostDescents, Math.floor(descentUnits / members.length)))
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
  for (let attempt = 0; attempt < tries; attempt++) {
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

/** These units, and in front of them one that takes the room which the smaller half has less. */
function halvesOf(units: Units, members: Int32Array, parts: number, numberOf: Int32Array): Units {
  const { dimensions } = units
  members.forEach((unit, at) => {
    numberOf[unit] = at + 1
  })
  const graph = induced(units.graph, members, numberOf)
  for (const unit of members) numberOf[unit] = -1
  const nodes = members.length + 1
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
  const offsets = new Int32Array(nodes + 1)
  offsets.set(graph.offsets, 1)
  return {
    graph: { ...graph, nodes, offsets },
    dimensions,
    loads,
    caps: units.caps.map((cap, d) => more * cap - leftOver * Math.max(0, parts * cap - all[d]!)),
    notBefore: new Int32Array(nodes),
    pinned,
    apart: null,
    pulls: null,
  }
}

const smallerHalf = 1

/** One half grows around somebody until it has what it should and the other keeps its caps. */
function grown(units: Units, random: SeededRandom): Bins {
  const bins = new Bins(units)
  bins.open()
  bins.open({ pinned: smallerHalf })
  for (let unit = 0; unit < units.graph.nodes; unit++) bins.put(unit, 1)
  const { dimensions } = units
  const half = Array.from({ length: dimensions }, (_, d) => bins.loads[dimensions + d]! / 2)
  const isHalf = () => half.some((load, d) => load > 0 && bins.loads[d]! >= load)
  grow(bins, random.below(units.graph.nodes), () => isHalf() && !isOver(bins, 1))
  return bins
}

/** The larger half takes whoever is tied to it most and to the others least, one after the other. */
function grow(bins: Bins, start: number, isEnough: () => boolean): void {
  if (isEnough()) return
  const { graph, pinned } = bins.units
  const gains = new Float64Array(graph.nodes)
  for (let unit = 0; unit < graph.nodes; unit++)
    for (let edge = graph.offsets[unit]!; edge < graph.offsets[unit + 1]!; edge++)
      gains[unit]! += bins.parts[graph.targets[edge]!] === 0 ? graph.weights[edge]! : -graph.weights[edge]!
  while (!isEnough()) {
    let best = -1
    for (let each = 0; each < graph.nodes; each++) {
      const unit = (start + each) % graph.nodes
      if (bins.parts[unit] === 0 || pinned[unit] !== noDay || !bins.hasRoom(0, unit)) continue
      if (best === -1 || gains[unit]! > gains[best]!) best = unit
    }
    if (best === -1) return
    bins.move(best, 0)
    for (let edge = graph.offsets[best]!; edge < graph.offsets[best + 1]!; edge++)
      gains[graph.targets[edge]!]! += 2 * graph.weights[edge]!
  }
}

function isOver({ loads, units: { dimensions, caps } }: Bins, bin: number): boolean {
  return caps.some((cap, d) => loads[bin * dimensions + d]! > cap)
}
