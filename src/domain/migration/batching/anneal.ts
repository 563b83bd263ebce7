import type { Bins } from './bins.ts'
import { Objective, type Price } from './objective.ts'
import type { SeededRandom } from './random.ts'
import { exchange, weightBetween } from './refine.ts'

/** Above this many (unit, batch) pairs the table of costs would not be worth its memory. */
const largestTable = 3_000_000

/** Entries of the table that may be changed, in all and for each step: moving a hub changes those of all its neighbours. */
const leastWork = 200_000_000
const workOfStep = 100

/** What a hot beginning has cooled down to in the end. */
const coldest = 0.01

/** Of so many, the one that suits best changes places. */
const partners = 2

/** Logarithms of numbers spread evenly from 0 to 1. */
const logarithms = Float64Array.from({ length: 1_024 }, (_, at) => Math.log((at + 0.5) / 1_024))

export const canAnneal = (bins: Bins): boolean =>
  bins.count > 1 && bins.units.graph.nodes * bins.count <= largestTable

/**
 * Simulated annealing over moves and exchanges that keep every cap: what refinement cannot leave because each single step is
 * worse. A table says what each unit costs in each batch, so a step that is not taken costs nothing. It ends cold, hence near
 * the best it saw; if that is worse than the beginning, the beginning comes back. Answers what was saved.
 */
export function* anneal(
  bins: Bins,
  price: Price,
  random: SeededRandom,
  { steps, heat = 1 }: { steps: number; heat?: number },
): Generator<undefined, number> {
  const table = new CostTable(bins, price)
  const { nodes } = bins.units.graph
  const members: Int32Array[] = []
  const places = new Int32Array(nodes)
  const sizes = new Int32Array(bins.count)
  for (let bin = 0; bin < bins.count; bin++) members.push(new Int32Array(16))
  const enter = (unit: number, bin: number) => {
    if (sizes[bin]! === members[bin]!.length) {
      const wider = new Int32Array(sizes[bin]! * 2)
      wider.set(members[bin]!)
      members[bin] = wider
    }
    members[bin]![sizes[bin]!] = unit
    places[unit] = sizes[bin]!++
  }
  const leave = (unit: number, bin: number) => {
    const last = members[bin]![--sizes[bin]!]!
    members[bin]![places[unit]!] = last
    places[last] = places[unit]!
  }
  for (let unit = 0; unit < nodes; unit++) enter(unit, bins.parts[unit]!)
  const start = bins.parts.slice()
  let saved = 0
  const hot = table.meanCost() * 0.25 * heat
  if (hot === 0) return 0
  let temperature = hot
  // Without days a step changes two entries of a row and not all.
  const mostWork = Math.max(leastWork, (price.days === null ? 0.3 : 1) * workOfStep * steps)
  for (let step = 0; step < steps && table.work < mostWork; step++) {
    if ((step & 0xff) === 0) {
      temperature = hot * coldest ** Math.max(step / steps, table.work / mostWork)
      if ((step & 0x3fff) === 0) yield
    }
    const unit = random.below(nodes)
    const from = bins.parts[unit]!
    const to = table.someTarget(unit, random)
    if (to === from) continue
    const limit = temperature * logarithms[random.bits() & 0x3ff]!
    const alone = table.gain(unit, from, to)
    if (bins.hasRoom(to, unit)) {
      if (alone < limit || !bins.admits(to, unit)) continue
      leave(unit, from)
      enter(unit, to)
      table.move(unit, to)
      saved += alone
      continue
    }
    if (sizes[to] === 0) continue
    const there = members[to]!
    let other = there[random.below(sizes[to]!)]!
    let back = table.gain(other, to, from)
    for (let more = 1; more < partners; more++) {
      const rival = there[random.below(sizes[to]!)]!
      const gain = table.gain(rival, to, from)
      if (gain <= back) continue
      other = rival
      back = gain
    }
    const both = alone + back
    if (both < limit || !bins.admits(to, unit) || !bins.maySwap(unit, other)) continue
    const real = both - 2 * weightBetween(bins, unit, other) * table.distance(from, to)
    if (real < limit) continue
    leave(unit, from)
    leave(other, to)
    enter(unit, to)
    enter(other, from)
    table.swap(unit, other)
    saved += real
  }
  if (saved >= 0) return saved
  settle(bins, start)
  return 0
}

/** Brings the bins back to an arrangement; all of it is taken out first, so that no cap is exceeded on the way. */
export function settle(bins: Bins, parts: Int32Array): void {
  const moving: number[] = []
  for (let unit = 0; unit < parts.length; unit++) if (parts[unit] !== bins.parts[unit]) moving.push(unit)
  for (const unit of moving) bins.take(unit)
  for (const unit of moving) bins.put(unit, parts[unit]!)
}

class CostTable {
  readonly #bins: Bins
  readonly #days: Int32Array | null
  readonly #objective: Objective
  readonly #cost: Float64Array
  readonly #shift: Float64Array
  /** Entries that were changed. */
  work = 0

  constructor(bins: Bins, price: Price) {
    this.#bins = bins
    this.#days = price.days
    this.#objective = new Objective(bins, price)
    const { nodes } = bins.units.graph
    this.#cost = new Float64Array(nodes * bins.count)
    this.#shift = new Float64Array(bins.count)
    for (let unit = 0; unit < nodes; unit++) {
      const here = this.#objective.gainOf(unit, bins.parts[unit]!)
      for (let bin = 0; bin < bins.count; bin++) {
        this.#cost[unit * bins.count + bin] = here - this.#objective.gainOf(unit, bin)
      }
    }
  }

  distance(a: number, b: number): number {
    return this.#objective.distance(a, b)
  }

  gain(unit: number, from: number, to: number): number {
    const row = unit * this.#bins.count
    return this.#cost[row + from]! - this.#cost[row + to]!
  }

  /** A batch of one of its neighbours, now and then any. */
  someTarget(unit: number, random: SeededRandom): number {
    const { offsets, targets } = this.#bins.units.graph
    const begin = offsets[unit]!
    const degree = offsets[unit + 1]! - begin
    if (degree === 0 || random.below(16) === 0) return random.below(this.#bins.count)
    return this.#bins.parts[targets[begin + random.below(degree)]!]!
  }

  meanCost(): number {
    const { weights, nodes } = this.#bins.units.graph
    let sum = 0
    for (const weight of weights) sum += weight
    const { count } = this.#bins
    let distance = 0
    for (let bin = 1; bin < count; bin++) distance += this.distance(bin - 1, bin)
    return nodes === 0 ? 0 : (sum / Math.max(1, weights.length)) * Math.max(1, distance / (count - 1))
  }

  move(unit: number, to: number): void {
    const from = this.#bins.parts[unit]!
    this.#bins.move(unit, to)
    this.#neighbours(unit, from, to)
  }

  swap(a: number, b: number): void {
    const binA = this.#bins.parts[a]!
    const binB = this.#bins.parts[b]!
    exchange(this.#bins, a, b)
    this.#neighbours(a, binA, binB)
    this.#neighbours(b, binB, binA)
  }

  #neighbours(unit: number, from: number, to: number): void {
    const { offsets, targets, weights } = this.#bins.units.graph
    const { count } = this.#bins
    this.work += (offsets[unit + 1]! - offsets[unit]!) * (this.#days === null ? 2 : count)
    const cost = this.#cost
    const days = this.#days
    const shift = this.#shift
    if (days !== null) {
      const dayFrom = days[from]!
      const dayTo = days[to]!
      for (let bin = 0; bin < count; bin++)
        shift[bin] = Math.abs(days[bin]! - dayTo) - Math.abs(days[bin]! - dayFrom)
    }
    for (let edge = offsets[unit]!; edge < offsets[unit + 1]!; edge++) {
      const row = targets[edge]! * count
      const weight = weights[edge]!
      if (days === null) {
        cost[row + from]! += weight
        cost[row + to]! -= weight
        continue
      }
      for (let bin = 0; bin < count; bin++) cost[row + bin]! += weight * shift[bin]!
    }
  }
}
