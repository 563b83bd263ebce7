import type { Bins } from './bins.ts'

/**
 * What a cut costs. Without `days` an edge costs its weight when its ends lie apart; with them, its weight for each day
 * between. `announced` is the batch that was promised to a unit (-1: none), and leaving it costs `loyalty`.
 */
export type Price = {
  days: Int32Array | null
  announced?: { bins: Int32Array; loyalty: number } | undefined
}

const mostCandidates = 24

/** What all edges and pulls cost. */
export function costOf({ units, parts }: Bins, days: Int32Array | null): number {
  const { graph, pulls } = units
  let twice = 0
  let pulled = 0
  for (let unit = 0; unit < graph.nodes; unit++) {
    const own = parts[unit]!
    for (let edge = graph.offsets[unit]!; edge < graph.offsets[unit + 1]!; edge++) {
      const other = parts[graph.targets[edge]!]!
      if (other === own) continue
      twice += graph.weights[edge]! * (days === null ? 1 : Math.abs(days[own]! - days[other]!))
    }
    if (days === null || pulls === null) continue
    for (let at = pulls.offsets[unit]!; at < pulls.offsets[unit + 1]!; at++)
      pulled += pulls.weights[at]! * Math.abs(days[own]! - pulls.days[at]!)
  }
  return twice / 2 + pulled
}

/** Judges moves of units between batches. What it says holds until the next unit or neighbour moves. */
export class Objective {
  readonly bins: Bins
  readonly price: Price
  /** After `consider`: the batch that is best for the unit among those with room, and what going there saves. */
  target = -1
  gain = Number.NEGATIVE_INFINITY
  /** After `consider`: the batch it would like best were there room. */
  wish = -1
  wishGain = Number.NEGATIVE_INFINITY
  readonly #tie: Float64Array
  #seen: number[] = []

  constructor(bins: Bins, price: Price) {
    this.bins = bins
    this.price = price
    this.#tie = new Float64Array(bins.count)
  }

  /** Whether some neighbour lies elsewhere. */
  onBoundary(unit: number): boolean {
    const { parts, units } = this.bins
    const { offsets, targets } = units.graph
    for (let edge = offsets[unit]!; edge < offsets[unit + 1]!; edge++) {
      if (parts[targets[edge]!] !== parts[unit]) return true
    }
    return (
      this.price.days !== null &&
      units.pulls !== null &&
      units.pulls.offsets[unit]! < units.pulls.offsets[unit + 1]!
    )
  }

  consider(unit: number): void {
    this.#count(unit)
    const { bins } = this
    const own = bins.parts[unit]!
    const here = this.#cost(unit, own)
    this.target = -1
    this.gain = Number.NEGATIVE_INFINITY
    this.wish = -1
    this.wishGain = Number.NEGATIVE_INFINITY
    for (const bin of this.#candidates(unit)) {
      if (bin === own) continue
      const gain = here - this.#cost(unit, bin)
      if (gain > this.wishGain && bins.admits(bin, unit)) {
        this.wish = bin
        this.wishGain = gain
      }
      if (gain > this.gain && bins.fits(bin, unit)) {
        this.target = bin
        this.gain = gain
      }
    }
    this.#forget()
  }

  /** What it saves to move the unit into the batch. */
  gainOf(unit: number, bin: number): number {
    this.#count(unit)
    const gain = this.#cost(unit, this.bins.parts[unit]!) - this.#cost(unit, bin)
    this.#forget()
    return gain
  }

  /** What an edge of weight 1 between two batches costs. */
  distance(a: number, b: number): number {
    const { days } = this.price
    if (days === null) return a === b ? 0 : 1
    return Math.abs(days[a]! - days[b]!)
  }

  #count(unit: number): void {
    const { parts, units } = this.bins
    const { offsets, targets, weights } = units.graph
    for (let edge = offsets[unit]!; edge < offsets[unit + 1]!; edge++) {
      const bin = parts[targets[edge]!]!
      if (this.#tie[bin] === 0) this.#seen.push(bin)
      this.#tie[bin]! += weights[edge]!
    }
  }

  #forget(): void {
    for (const bin of this.#seen) this.#tie[bin] = 0
    this.#seen.length = 0
  }

  #candidates(unit: number): readonly number[] {
    const { pulls } = this.bins.units
    const seen = this.#seen
    const some =
      seen.length <= mostCandidates
        ? seen
        : [...seen].sort((a, b) => this.#tie[b]! - this.#tie[a]! || a - b).slice(0, mostCandidates)
    const promised = this.price.announced?.bins[unit] ?? -1
    const early = pulls !== null && pulls.offsets[unit]! < pulls.offsets[unit + 1]! ? [0, 1, 2] : []
    const more = [promised, ...early].filter(
      (bin) => bin >= 0 && bin < this.bins.count && !some.includes(bin),
    )
    return more.length === 0 ? some : [...some, ...more]
  }

  #cost(unit: number, bin: number): number {
    const { days, announced } = this.price
    let cost = 0
    if (announced !== undefined) {
      const promised = announced.bins[unit]!
      if (promised !== -1 && promised !== bin) cost += announced.loyalty
    }
    if (days === null) return cost - this.#tie[bin]!
    for (const other of this.#seen) cost += this.#tie[other]! * Math.abs(days[bin]! - days[other]!)
    const { pulls } = this.bins.units
    if (pulls !== null) {
      for (let at = pulls.offsets[unit]!; at < pulls.offsets[unit + 1]!; at++) {
        cost += pulls.weights[at]! * Math.abs(days[bin]! - pulls.days[at]!)
      }
    }
    return cost
  }
}
