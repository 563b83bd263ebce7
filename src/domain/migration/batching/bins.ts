import { noDay, type Units } from './units.ts'

/** The batches while they are filled: what is in each, and whether something more may come in. No cap is ever exceeded. */
export class Bins {
  readonly units: Units
  /** Batch of each unit; -1: none yet. */
  readonly parts: Int32Array
  count = 0
  loads: Float64Array
  /** Day before which each batch may not be moved, set when it is opened. */
  readonly notBefore: number[] = []
  /** Day on which it has to move; -1: any. */
  readonly pinned: number[] = []
  /** Nobody comes into it who is not there by rule (the pilot). */
  readonly closed: boolean[] = []

  constructor(units: Units, parts: Int32Array = new Int32Array(units.graph.nodes).fill(-1)) {
    this.units = units
    this.parts = parts
    this.loads = new Float64Array(64 * units.dimensions)
  }

  /** The same batches, filled with units that are finer or coarser, as `parts` says. */
  withUnits(units: Units, parts: Int32Array): Bins {
    const bins = new Bins(units, parts)
    bins.count = this.count
    bins.loads = new Float64Array(this.loads.length)
    for (let unit = 0; unit < parts.length; unit++) bins.#add(unit, parts[unit]!, 1)
    bins.notBefore.push(...this.notBefore)
    bins.pinned.push(...this.pinned)
    bins.closed.push(...this.closed)
    return bins
  }

  open({ notBefore = 0, pinned = noDay, closed = false } = {}): number {
    const bin = this.count++
    const { dimensions } = this.units
    if (this.count * dimensions > this.loads.length) {
      const wider = new Float64Array(this.loads.length * 2)
      wider.set(this.loads)
      this.loads = wider
    }
    this.notBefore.push(pinned === noDay ? notBefore : pinned)
    this.pinned.push(pinned)
    this.closed.push(closed)
    return bin
  }

  /** Whether dates and enemies let it in, apart from room. */
  admits(bin: number, unit: number): boolean {
    const { units, parts } = this
    const pinned = units.pinned[unit]!
    if (pinned !== noDay) {
      if (this.pinned[bin] !== pinned) return false
    } else if (this.closed[bin] === true || units.notBefore[unit]! > this.notBefore[bin]!) return false
    if (units.apart === null) return true
    for (let at = units.apart.offsets[unit]!; at < units.apart.offsets[unit + 1]!; at++) {
      if (parts[units.apart.targets[at]!] === bin) return false
    }
    return true
  }

  hasRoom(bin: number, unit: number): boolean {
    const { dimensions, caps, loads } = this.units
    for (let d = 0; d < dimensions; d++) {
      if (this.loads[bin * dimensions + d]! + loads[unit * dimensions + d]! > caps[d]!) return false
    }
    return true
  }

  fits(bin: number, unit: number): boolean {
    return this.hasRoom(bin, unit) && this.admits(bin, unit)
  }

  /** Whether two units in different batches may change places. */
  maySwap(a: number, b: number): boolean {
    const { dimensions, caps, loads } = this.units
    const binA = this.parts[a]!
    const binB = this.parts[b]!
    for (let d = 0; d < dimensions; d++) {
      const more = loads[a * dimensions + d]! - loads[b * dimensions + d]!
      if (more > 0 && this.loads[binB * dimensions + d]! + more > caps[d]!) return false
      if (more < 0 && this.loads[binA * dimensions + d]! - more > caps[d]!) return false
    }
    if (this.units.apart === null) return this.admits(binB, a) && this.admits(binA, b)
    // An enemy of one may be the very one that leaves.
    this.parts[a] = -1
    this.parts[b] = -1
    const may = this.admits(binB, a) && this.admits(binA, b)
    this.parts[a] = binA
    this.parts[b] = binB
    return may
  }

  put(unit: number, bin: number): void {
    this.#add(unit, bin, 1)
    this.parts[unit] = bin
  }

  take(unit: number): void {
    this.#add(unit, this.parts[unit]!, -1)
    this.parts[unit] = -1
  }

  move(unit: number, bin: number): void {
    this.#add(unit, this.parts[unit]!, -1)
    this.#add(unit, bin, 1)
    this.parts[unit] = bin
  }

  #add(unit: number, bin: number, sign: number): void {
    const { dimensions, loads } = this.units
    for (let d = 0; d < dimensions; d++) {
      this.loads[bin * dimensions + d]! += sign * loads[unit * dimensions + d]!
    }
  }
}
