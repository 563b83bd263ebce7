import type { Bins } from './bins.ts'
import { contract, type Graph } from './graph.ts'
import { SeededRandom } from './random.ts'
import { joinUnits, noDay } from './units.ts'

/** The calendar ends before the last batch, or `day` has fewer windows than what has to move on it needs. */
export class CalendarTooShort extends Error {
  readonly missing: number
  readonly day: number | null

  constructor(missing: number, day: number | null = null) {
    super('The calendar has too few windows')
    this.missing = missing
    this.day = day
  }
}

/**
 * A day for each batch: the earliest windows that the batches' dates allow, in an order that leaves the least
 * delegation-days broken. `windows` are the days in order, one for each batch that may move then. `known`: days in an order that is
 * tried too.
 */
export function* orderBatches(
  bins: Bins,
  windows: Int32Array,
  known: Int32Array | null = null,
): Generator<undefined, Int32Array> {
  const { days, free, slots } = freeBatches(bins, windows)
  const line = new Line(bins, days, free, slots)
  line.chain()
  yield* settleOrder(line)
  const places = known === null ? null : inTurn(bins, { free, slots }, known)
  if (places !== null) {
    const chained = line.placeOf.slice()
    const cost = line.cost()
    line.restore(places)
    yield* settleOrder(line)
    if (line.cost() > cost) line.restore(chained)
  }
  if (free.length > 3 && free.length <= mostReversed) yield* shakeOrder(line)
  free.forEach((bin, at) => {
    days[bin] = slots[line.placeOf[at]!]!
  })
  return days
}

/** Days in the order in which the batches were opened; null: their dates or the calendar do not allow that. */
export function daysAsOpened(bins: Bins, windows: Int32Array): Int32Array | null {
  const found = ifInTime(() => freeBatches(bins, windows))
  if (found === null) return null
  const { days, free, slots } = found
  const places = inTurn(bins, { free, slots }, Int32Array.from(days.keys()))
  if (places === null) return null
  free.forEach((bin, at) => {
    days[bin] = slots[places[at]!]!
  })
  return days
}

function ifInTime<T>(find: () => T): T | null {
  try {
    return find()
  } catch (error) {
    if (error instanceof CalendarTooShort) return null
    throw error
  }
}

/** `days` of those that are pinned, which are `free`, and the `slots` for these. */
type FreeBatches = { days: Int32Array; free: number[]; slots: Int32Array }

function freeBatches(bins: Bins, windows: Int32Array): FreeBatches {
  const days = new Int32Array(bins.count).fill(noDay)
  const taken = new Set<number>()
  /** What is left of the windows of a day that takes nobody else. */
  const closed = new Set(bins.pinned.filter((_, bin) => bins.closed[bin] === true))
  for (let bin = 0; bin < bins.count; bin++) {
    if (bins.pinned[bin] === noDay) continue
    const slot = windows.findIndex((day, at) => day === bins.pinned[bin] && !taken.has(at))
    if (slot === -1) throw new CalendarTooShort(1, bins.pinned[bin]!)
    taken.add(slot)
    days[bin] = bins.pinned[bin]!
  }
  const free: number[] = []
  for (let bin = 0; bin < bins.count; bin++) if (days[bin] === noDay) free.push(bin)
  return { days, free, slots: earliestSlots(bins, free, windows, { taken, closed }) }
}

/** Slots of the free batches in the order of some days; null: their dates do not allow that. */
function inTurn(
  bins: Bins,
  { free, slots }: Pick<FreeBatches, 'free' | 'slots'>,
  known: Int32Array,
): Int32Array | null {
  const places = new Int32Array(free.length)
  const order = Array.from(free.keys()).sort((a, b) => known[free[a]!]! - known[free[b]!]! || a - b)
  order.forEach((at, slot) => {
    places[at] = slot
  })
  return order.every((at, slot) => bins.notBefore[free[at]!]! <= slots[slot]!) ? places : null
}

/** Above this many batches segments are not turned round, which costs the cube of their number. */
const mostReversed = 200

/** Ties that may be looked at while the order is shaken: some hundredths of a second. */
const mostShaken = 4_000_000

/** Slides of one batch (Or-opt), then segments turned round (2-opt), until neither saves anything. */
function* settleOrder(line: Line): Generator<undefined> {
  const { length } = line.placeOf
  for (let round = 0; round < 12; round++) {
    let better = false
    for (let bin = 0; bin < length; bin++) {
      if (line.improve(bin)) better = true
      if ((bin & 0x3f) === 0) yield
    }
    if (!better && length <= mostReversed && length > 3) {
      better = line.reverse()
      yield
    }
    if (!better) break
  }
}

/** Two segments side by side change places and the order settles anew; what came out worse is taken back (Martin, Otto, Felten 1991). */
function* shakeOrder(line: Line): Generator<undefined> {
  const random = new SeededRandom(1)
  const { length } = line.placeOf
  let best = line.cost()
  let kept = line.placeOf.slice()
  for (let kick = 0; kick < 20 * length && line.work < mostShaken; kick++) {
    const begin = random.below(length - 1)
    const middle = begin + 1 + random.below(Math.min(length - begin - 1, length >> 1))
    const end = middle + 1 + random.below(Math.max(1, Math.min(length - middle, length >> 1)))
    if (end > length || !line.rotate(begin, middle, end)) continue
    yield* settleOrder(line)
    const cost = line.cost()
    if (cost > best) line.restore(kept)
    else if (cost < best) kept = line.placeOf.slice()
    if (cost < best) best = cost
  }
  line.restore(kept)
}

/** One window after the other takes a batch as soon as one may move then; how many are needed depends on that only. */
function earliestSlots(
  bins: Bins,
  free: readonly number[],
  windows: Int32Array,
  { taken, closed }: { taken: ReadonlySet<number>; closed: ReadonlySet<number> },
): Int32Array {
  const waiting = free.map((bin) => bins.notBefore[bin]!).sort((a, b) => a - b)
  const slots: number[] = []
  for (let at = 0; at < windows.length && slots.length < waiting.length; at++) {
    if (taken.has(at) || closed.has(windows[at]!)) continue
    if (waiting[slots.length]! <= windows[at]!) slots.push(windows[at]!)
  }
  if (slots.length < waiting.length) throw new CalendarTooShort(waiting.length - slots.length)
  return Int32Array.from(slots)
}

/** The free batches along the slots. `left` and `right` are the weights towards those before and behind. */
export class Line {
  /** Slot of each free batch. */
  readonly placeOf: Int32Array
  readonly #at: Int32Array
  readonly #slots: Int32Array
  readonly #graph: Graph
  readonly #notBefore: Int32Array
  /** What each costs in each slot by its ties to days that stay as they are; null: nobody has any. */
  readonly #outside: Float64Array | null
  readonly #left: Float64Array
  readonly #right: Float64Array
  readonly #tie: Float64Array
  /** Ties that were looked at. */
  work = 0

  constructor(bins: Bins, days: Int32Array, free: readonly number[], slots: Int32Array) {
    const nameOf = new Int32Array(bins.count).fill(-1)
    free.forEach((bin, at) => {
      nameOf[bin] = at
    })
    const quotient = joinUnits({ ...bins.units, apart: null }, bins.parts, bins.count)
    this.#graph = withoutFixed(quotient.graph, nameOf, free)
    this.#slots = slots
    this.#notBefore = Int32Array.from(free, (bin) => bins.notBefore[bin]!)
    this.#outside = outsideCosts(quotient, days, free, slots)
    this.#left = new Float64Array(free.length)
    this.#right = new Float64Array(free.length)
    this.#tie = new Float64Array(free.length)
    this.placeOf = new Int32Array(free.length)
    this.#at = new Int32Array(free.length)
  }

  /** A first order: always the batch that is tied most to those placed already, of those that may move then. */
  chain(): void {
    const { nodes, offsets, targets, weights } = this.#graph
    const tied = new Float64Array(nodes)
    const placed = new Uint8Array(nodes)
    for (let slot = 0; slot < nodes; slot++) {
      let best = -1
      for (let node = 0; node < nodes; node++) {
        if (placed[node] === 1 || this.#notBefore[node]! > this.#slots[slot]!) continue
        if (best === -1 || this.#chainRank(node, slot, tied) > this.#chainRank(best, slot, tied)) best = node
      }
      placed[best] = 1
      this.placeOf[best] = slot
      this.#at[slot] = best
      for (let edge = offsets[best]!; edge < offsets[best + 1]!; edge++)
        tied[targets[edge]!]! += weights[edge]!
    }
    this.#weigh()
  }

  /** Towards those placed minus towards those not yet; those tied to what has moved already first. */
  #chainRank(node: number, slot: number, tied: Float64Array): number {
    const { offsets, weights } = this.#graph
    let all = 0
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) all += weights[edge]!
    const count = this.#slots.length
    const later =
      this.#outside === null
        ? 0
        : this.#outside[node * count + count - 1]! - this.#outside[node * count + slot]!
    return 2 * tied[node]! - all + later
  }

  #weigh(): void {
    const { nodes, offsets, targets, weights } = this.#graph
    this.#left.fill(0)
    this.#right.fill(0)
    this.work += targets.length
    for (let node = 0; node < nodes; node++) {
      for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) {
        const side = this.placeOf[targets[edge]!]! < this.placeOf[node]! ? this.#left : this.#right
        side[node]! += weights[edge]!
      }
    }
  }

  /** Slides a batch to where it does best, all between moving up by one. True when that saved something. */
  improve(node: number): boolean {
    const { offsets, targets, weights } = this.#graph
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++)
      this.#tie[targets[edge]!] = weights[edge]!
    this.work += this.#slots.length + 2 * (offsets[node + 1]! - offsets[node]!)
    const here = this.placeOf[node]!
    let best = here
    let bestDelta = -1e-6
    for (const step of [1, -1]) {
      let delta = 0
      let balance = (this.#left[node]! - this.#right[node]!) * step
      for (let slot = here; slot + step >= 0 && slot + step < this.#slots.length; slot += step) {
        const other = this.#at[slot + step]!
        if (this.#slots[slot]! < this.#notBefore[other]!) break
        const gap = Math.abs(this.#slots[slot + step]! - this.#slots[slot]!)
        const tie = this.#tie[other]!
        const theirs = (this.#right[other]! - this.#left[other]!) * step
        // The edge between the two keeps its length; for `other` the node counts on the side it comes from.
        delta += gap * (balance + tie + (theirs + tie))
        delta += this.#outsideStep(node, slot, slot + step) + this.#outsideStep(other, slot + step, slot)
        balance += 2 * tie
        if (delta < bestDelta && this.#slots[slot + step]! >= this.#notBefore[node]!) {
          bestDelta = delta
          best = slot + step
        }
      }
    }
    this.#slide(node, best)
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) this.#tie[targets[edge]!] = 0
    return best !== here
  }

  /** What all ties of these batches cost. */
  cost(): number {
    const { nodes, offsets, targets, weights } = this.#graph
    this.work += targets.length
    let twice = 0
    let outside = 0
    for (let node = 0; node < nodes; node++) {
      const day = this.#slots[this.placeOf[node]!]!
      for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++)
        twice += weights[edge]! * Math.abs(day - this.#slots[this.placeOf[targets[edge]!]!]!)
      if (this.#outside !== null) outside += this.#outside[node * nodes + this.placeOf[node]!]!
    }
    return twice / 2 + outside
  }

  /** Turns segments round where that saves something, from each middle as far outwards as is best. */
  reverse(): boolean {
    const count = this.#slots.length
    let better = false
    for (let sum = 1; sum < 2 * count - 2; sum++) {
      const inner = Math.ceil(sum / 2) - 1
      let delta = 0
      let least = -1e-6
      let outermost = inner + 1
      let low = inner
      for (; low >= 0 && sum - low < count; low--) {
        const high = sum - low
        if (this.#slots[low]! < this.#notBefore[this.#at[high]!]!) break
        delta += this.#exchange(low, high)
        if (delta >= least) continue
        least = delta
        outermost = low
      }
      for (low++; low < outermost; low++) this.#exchange(low, sum - low)
      better ||= outermost <= inner
    }
    if (better) this.#weigh()
    return better
  }

  /** Two batches change places. Answers what that costs; `left` and `right` are not true any more. */
  #exchange(low: number, high: number): number {
    const a = this.#at[low]!
    const b = this.#at[high]!
    const delta = this.#exchangeEnd(a, b, low, high) + this.#exchangeEnd(b, a, high, low)
    this.#at[low] = b
    this.#at[high] = a
    this.placeOf[a] = high
    this.placeOf[b] = low
    return delta
  }

  #exchangeEnd(node: number, other: number, from: number, to: number): number {
    const { offsets, targets, weights } = this.#graph
    this.work += offsets[node + 1]! - offsets[node]!
    let delta = this.#outsideStep(node, from, to)
    const dayFrom = this.#slots[from]!
    const dayTo = this.#slots[to]!
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) {
      const target = targets[edge]!
      // The two keep their distance.
      if (target === other) continue
      const day = this.#slots[this.placeOf[target]!]!
      delta += weights[edge]! * (Math.abs(dayTo - day) - Math.abs(dayFrom - day))
    }
    return delta
  }

  /** The segments begin … middle and middle … end change places; false: dates forbid it, and nothing is changed. */
  rotate(begin: number, middle: number, end: number): boolean {
    const turned = [...this.#at.subarray(middle, end), ...this.#at.subarray(begin, middle)]
    if (turned.some((node, at) => this.#slots[begin + at]! < this.#notBefore[node]!)) return false
    turned.forEach((node, at) => {
      this.#at[begin + at] = node
      this.placeOf[node] = begin + at
    })
    this.#weigh()
    return true
  }

  restore(places: Int32Array): void {
    this.placeOf.set(places)
    places.forEach((slot, node) => {
      this.#at[slot] = node
    })
    this.#weigh()
  }

  #outsideStep(node: number, from: number, to: number): number {
    if (this.#outside === null) return 0
    const row = node * this.#slots.length
    return this.#outside[row + to]! - this.#outside[row + from]!
  }

  #slide(node: number, to: number): void {
    const step = to > this.placeOf[node]! ? 1 : -1
    for (let slot = this.placeOf[node]!; slot !== to; slot += step) {
      const other = this.#at[slot + step]!
      const tie = this.#tie[other]! * step
      this.#left[node]! += tie
      this.#right[node]! -= tie
      this.#left[other]! -= tie
      this.#right[other]! += tie
      this.#at[slot] = other
      this.placeOf[other] = slot
    }
    this.#at[to] = node
    this.placeOf[node] = to
  }
}

/** The graph of the free batches alone, under their numbers in `free`. */
function withoutFixed(graph: Graph, nameOf: Int32Array, free: readonly number[]): Graph {
  if (free.length === graph.nodes) return graph
  // The fixed ones become one more node, whose row and edges are cut off.
  const labels = nameOf.map((name) => (name === -1 ? free.length : name))
  const joined = contract(graph, labels, free.length + 1)
  const offsets = new Int32Array(free.length + 1)
  const targets: number[] = []
  const weights: number[] = []
  for (let node = 0; node < free.length; node++) {
    for (let edge = joined.offsets[node]!; edge < joined.offsets[node + 1]!; edge++) {
      if (joined.targets[edge] === free.length) continue
      targets.push(joined.targets[edge]!)
      weights.push(joined.weights[edge]!)
    }
    offsets[node + 1] = targets.length
  }
  return { nodes: free.length, offsets, targets: Int32Array.from(targets), weights: Int32Array.from(weights) }
}

function outsideCosts(
  quotient: ReturnType<typeof joinUnits>,
  days: Int32Array,
  free: readonly number[],
  slots: Int32Array,
): Float64Array | null {
  const { graph, pulls } = quotient
  const ties = free.map((bin) => {
    const found: [day: number, weight: number][] = []
    for (let edge = graph.offsets[bin]!; edge < graph.offsets[bin + 1]!; edge++) {
      const day = days[graph.targets[edge]!]!
      if (day !== noDay) found.push([day, graph.weights[edge]!])
    }
    const perDay = new Map<number, number>()
    for (let at = pulls?.offsets[bin] ?? 0; at < (pulls?.offsets[bin + 1] ?? 0); at++) {
      perDay.set(pulls!.days[at]!, (perDay.get(pulls!.days[at]!) ?? 0) + pulls!.weights[at]!)
    }
    return [...found, ...perDay]
  })
  if (ties.every((tie) => tie.length === 0)) return null
  const costs = new Float64Array(free.length * slots.length)
  ties.forEach((tie, node) => {
    slots.forEach((slot, at) => {
      let cost = 0
      for (const [day, weight] of tie) cost += weight * Math.abs(slot - day)
      costs[node * slots.length + at] = cost
    })
  })
  return costs
}
