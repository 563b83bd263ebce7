import type { Bins } from './bins.ts'
import { Objective, type Price } from './objective.ts'
import { RankedHeap } from './ranked-heap.ts'

const busiestUpdated = 512

/**
 * Moves units between batches as Fiduccia and Mattheyses do: always the move that saves most, even when it saves nothing, each
 * unit once; then everything after the best moment is taken back. Where the wish of a unit is full, two change places
 * (Kernighan, Lin). Rounds until none saves anything. No cap is exceeded at any moment. Answers what was saved.
 */
export function* refine(
  bins: Bins,
  price: Price,
  { rounds = 8, patience }: { rounds?: number; patience?: number } = {},
): Generator<undefined, number> {
  const objective = new Objective(bins, price)
  const heap = new RankedHeap(bins.units.graph.nodes)
  const climb = patience ?? 100 + Math.min(4_000, Math.floor(bins.units.graph.nodes / 20))
  let total = 0
  for (let round = 0; round < rounds; round++) {
    const saved = (yield* moveRound(objective, heap, climb)) + (yield* swapRound(objective))
    total += saved
    if (saved <= 0) break
  }
  return total
}

function* moveRound(objective: Objective, heap: RankedHeap, climb: number): Generator<undefined, number> {
  const { bins } = objective
  const { graph } = bins.units
  const moved = new Uint8Array(graph.nodes)
  heap.clear()
  for (let unit = 0; unit < graph.nodes; unit++) {
    if (!objective.onBoundary(unit)) continue
    objective.consider(unit)
    if (objective.target !== -1) heap.set(unit, objective.gain)
    if ((unit & 0x3fff) === 0) yield
  }
  const log: { unit: number; from: number }[] = []
  let saved = 0
  let best = 0
  let bestLength = 0
  while (heap.size > 0 && log.length - bestLength <= climb) {
    const rank = heap.topRank
    const unit = heap.pop()
    objective.consider(unit)
    if (objective.target === -1) continue
    if (objective.gain < rank && heap.size > 0 && objective.gain < heap.topRank) {
      heap.set(unit, objective.gain)
      continue
    }
    log.push({ unit, from: bins.parts[unit]! })
    saved += objective.gain
    bins.move(unit, objective.target)
    moved[unit] = 1
    if (saved > best) {
      best = saved
      bestLength = log.length
    }
    updateNeighbours(objective, heap, moved, unit)
    if ((log.length & 0x3ff) === 0) yield
  }
  for (let at = log.length - 1; at >= bestLength; at--) bins.move(log[at]!.unit, log[at]!.from)
  return best
}

/** A hub's neighbours keep what they thought until their turn comes, when it is looked at again anyway. */
function updateNeighbours(objective: Objective, heap: RankedHeap, moved: Uint8Array, unit: number): void {
  const { offsets, targets } = objective.bins.units.graph
  if (offsets[unit + 1]! - offsets[unit]! > busiestUpdated) return
  for (let edge = offsets[unit]!; edge < offsets[unit + 1]!; edge++) {
    const other = targets[edge]!
    if (moved[other] === 1 || offsets[other + 1]! - offsets[other]! > busiestUpdated) continue
    objective.consider(other)
    if (objective.target === -1) heap.delete(other)
    else heap.set(other, objective.gain)
  }
}

type Wish = { unit: number; gain: number }

/** Units whose wish is full change places with units that wish the other way, or that are tied to nobody. */
function* swapRound(objective: Objective): Generator<undefined, number> {
  const { bins } = objective
  const { offsets } = bins.units.graph
  const { nodes } = bins.units.graph
  const wishes = new Map<number, Wish[]>()
  const loners: number[][] = Array.from({ length: bins.count }, () => [])
  for (let unit = 0; unit < nodes; unit++) {
    if (offsets[unit] === offsets[unit + 1]) {
      loners[bins.parts[unit]!]!.push(unit)
      continue
    }
    if (!objective.onBoundary(unit)) continue
    objective.consider(unit)
    if (objective.wish === -1) continue
    const way = bins.parts[unit]! * bins.count + objective.wish
    const wish = { unit, gain: objective.wishGain }
    const there = wishes.get(way)
    if (there === undefined) wishes.set(way, [wish])
    else there.push(wish)
    if ((unit & 0x3fff) === 0) yield
  }
  let saved = 0
  for (const [way, eager] of wishes) {
    const from = Math.floor(way / bins.count)
    const to = way % bins.count
    eager.sort((a, b) => b.gain - a.gain || a.unit - b.unit)
    if (eager[0]!.gain <= 0) continue
    const back = wishes.get(to * bins.count + from) ?? []
    back.sort((a, b) => b.gain - a.gain || a.unit - b.unit)
    saved += swapBetween(objective, eager, back, loners, to)
  }
  return saved
}

const mostTried = 12

function swapBetween(
  objective: Objective,
  eager: readonly Wish[],
  back: readonly Wish[],
  loners: number[][],
  to: number,
): number {
  const { bins } = objective
  let saved = 0
  const gone = new Set<number>()
  for (const { unit, gain } of eager) {
    if (gain <= 0) break
    const from = bins.parts[unit]!
    if (from === to) continue
    const fresh = objective.gainOf(unit, to)
    if (fresh <= 0) continue
    if (bins.fits(to, unit)) {
      bins.move(unit, to)
      saved += fresh
      continue
    }
    const loner = loners[to]!.at(-1)
    if (loner !== undefined && bins.parts[loner] === to && bins.maySwap(unit, loner)) {
      const price = objective.gainOf(loner, from)
      if (fresh + price > 0) {
        loners[to]!.pop()
        loners[from]!.push(loner)
        exchange(bins, unit, loner)
        saved += fresh + price
        continue
      }
    }
    let tried = 0
    for (const { unit: other } of back) {
      if (gone.has(other) || bins.parts[other] !== to) continue
      if (++tried > mostTried) break
      const both = swapGain(objective, unit, other)
      if (both <= 0 || !bins.maySwap(unit, other)) continue
      exchange(bins, unit, other)
      gone.add(other)
      saved += both
      break
    }
  }
  return saved
}

/** What it saves when two units change places; the edge between them, if any, costs as much as before. */
function swapGain(objective: Objective, a: number, b: number): number {
  const binA = objective.bins.parts[a]!
  const binB = objective.bins.parts[b]!
  const apart = weightBetween(objective.bins, a, b) * objective.distance(binA, binB)
  return objective.gainOf(a, binB) + objective.gainOf(b, binA) - 2 * apart
}

export function weightBetween(bins: Bins, a: number, b: number): number {
  const { offsets, targets, weights } = bins.units.graph
  const few = offsets[a + 1]! - offsets[a]! <= offsets[b + 1]! - offsets[b]! ? a : b
  const other = few === a ? b : a
  for (let edge = offsets[few]!; edge < offsets[few + 1]!; edge++) {
    if (targets[edge] === other) return weights[edge]!
  }
  return 0
}

/** Taken out first: loads never exceed a cap on the way. */
export function exchange(bins: Bins, a: number, b: number): void {
  const binA = bins.parts[a]!
  const binB = bins.parts[b]!
  bins.take(a)
  bins.take(b)
  bins.put(a, binB)
  bins.put(b, binA)
}
