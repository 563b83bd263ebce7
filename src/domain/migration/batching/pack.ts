import { Bins } from './bins.ts'
import type { Level } from './coarsen.ts'
import { FreeRoom } from './free-room.ts'
import { membersOf } from './graph.ts'
import { noDay, shareOf } from './units.ts'

/** Fewest batches that any plan needs, by each cap. `loads` has as many numbers a unit as there are caps. */
export function fewestBatches(loads: Float64Array, caps: Float64Array): number {
  let fewest = loads.length > 0 ? 1 : 0
  for (let d = 0; d < caps.length; d++) {
    let total = 0
    for (let at = d; at < loads.length; at += caps.length) total += loads[at]!
    if (total > 0) fewest = Math.max(fewest, Math.ceil(total / caps[d]! - 1e-9))
  }
  return fewest
}

/**
 * Whole clusters into batches, largest first, each where it is tied most among those with room; a cluster for which no
 * batch has room is taken apart into what it was made of, one level down, before another batch is opened. Pinned ones
 * come first, then those that must wait longest.
 */
export class Packing {
  readonly bins: Bins
  readonly #levels: readonly Level[]
  readonly #rows: { offsets: Int32Array; members: Int32Array }[] = []
  /** For each level, the batch of what was placed whole; -1: not yet, or in pieces. */
  readonly #binOf: Int32Array[]
  readonly #coarse: Bins[]
  readonly #room: FreeRoom
  readonly #wanted: number
  readonly #closedDays: ReadonlySet<number>
  readonly #tie: Float64Array

  constructor(levels: readonly Level[], wanted: number, closedDays: ReadonlySet<number> = new Set()) {
    this.#levels = levels
    this.#wanted = wanted
    this.#closedDays = closedDays
    for (let depth = 0; depth + 1 < levels.length; depth++) {
      this.#rows.push(membersOf(levels[depth]!.labels, levels[depth + 1]!.units.graph.nodes))
    }
    this.bins = new Bins(levels[0]!.units)
    this.#binOf = levels.map(({ units }) => new Int32Array(units.graph.nodes).fill(-1))
    this.#coarse = levels.map(({ units }, depth) => (depth === 0 ? this.bins : new Bins(units)))
    this.#room = new FreeRoom(this.bins)
    this.#tie = new Float64Array(levels[0]!.units.graph.nodes + 1)
  }

  *run(): Generator<undefined, Bins> {
    const top = this.#levels.length - 1
    const { units } = this.#levels[top]!
    const order = Array.from({ length: units.graph.nodes }, (_, unit) => unit)
    const share = order.map((unit) => shareOf(units, unit))
    order.sort(
      (a, b) =>
        Number(units.pinned[b] !== noDay) - Number(units.pinned[a] !== noDay) ||
        units.notBefore[b]! - units.notBefore[a]! ||
        share[b]! - share[a]! ||
        a - b,
    )
    let placed = 0
    for (const unit of order) {
      this.#place(top, unit)
      if ((++placed & 0x3ff) === 0) yield
    }
    return this.bins
  }

  #place(depth: number, unit: number): void {
    const bin = this.#choose(depth, unit)
    if (bin !== -1) {
      this.#put(depth, unit, bin)
      return
    }
    if (depth > 0 && this.bins.count >= this.#wanted) {
      const { offsets, members } = this.#rows[depth - 1]!
      const { units } = this.#levels[depth - 1]!
      const parts = [...members.subarray(offsets[unit]!, offsets[unit + 1]!)]
      if (parts.length > 1) parts.sort((a, b) => shareOf(units, b) - shareOf(units, a) || a - b)
      for (const part of parts) this.#place(depth - 1, part)
      return
    }
    this.#put(depth, unit, this.#open(depth, unit))
  }

  /** The batch it is tied to most among those that have room; else a new one while there are few; else the first with room; -1: none. */
  #choose(depth: number, unit: number): number {
    const { units } = this.#levels[depth]!
    const { offsets, targets, weights } = units.graph
    const binOf = this.#binOf[depth]!
    const seen: number[] = []
    for (let edge = offsets[unit]!; edge < offsets[unit + 1]!; edge++) {
      const bin = binOf[targets[edge]!]!
      if (bin === -1) continue
      if (this.#tie[bin] === 0) seen.push(bin)
      this.#tie[bin]! += weights[edge]!
    }
    let best = -1
    let bestTie = 0
    for (const bin of seen) {
      const tied = this.#tie[bin]!
      this.#tie[bin] = 0
      if (tied > bestTie || (tied === bestTie && bin < best)) {
        if (!this.#fits(depth, unit, bin)) continue
        best = bin
        bestTie = tied
      }
    }
    if (best !== -1) return best
    if (units.notBefore[unit]! > 0 && units.pinned[unit] === noDay) {
      // A batch of its own would keep everybody who joins it waiting too.
      const late = this.#room.first(units.loads, unit, (bin) => this.#fits(depth, unit, bin))
      if (late !== -1) return late
    }
    if (units.pinned[unit] !== noDay || this.bins.count < this.#wanted) {
      const pinned = this.#pinnedBin(depth, unit)
      return pinned === -1 ? this.#open(depth, unit) : pinned
    }
    return this.#room.first(units.loads, unit, (bin) => this.#fits(depth, unit, bin))
  }

  #pinnedBin(depth: number, unit: number): number {
    const day = this.#levels[depth]!.units.pinned[unit]!
    if (day === noDay) return -1
    for (let bin = 0; bin < this.bins.count; bin++) {
      if (this.bins.pinned[bin] === day && this.#fits(depth, unit, bin)) return bin
    }
    return -1
  }

  #fits(depth: number, unit: number, bin: number): boolean {
    const coarse = this.#coarse[depth]!
    if (depth > 0) this.#copy(coarse)
    return coarse.fits(bin, unit) && (depth === 0 || this.#noEnemyInside(depth, unit, bin))
  }

  /** Coarse batches share loads and dates with the finest; only who is in them differs. */
  #copy(coarse: Bins): void {
    coarse.loads = this.bins.loads
    coarse.count = this.bins.count
    for (let bin = coarse.notBefore.length; bin < this.bins.count; bin++) {
      coarse.notBefore.push(this.bins.notBefore[bin]!)
      coarse.pinned.push(this.bins.pinned[bin]!)
      coarse.closed.push(this.bins.closed[bin]!)
    }
  }

  /** An enemy may have come in as a piece of something larger, which only the finest level knows. */
  #noEnemyInside(depth: number, unit: number, bin: number): boolean {
    if (this.#levels[0]!.units.apart === null) return true
    return this.#members(depth, unit).every((fine) => this.bins.admits(bin, fine))
  }

  #members(depth: number, unit: number): number[] {
    if (depth === 0) return [unit]
    const { offsets, members } = this.#rows[depth - 1]!
    return [...members.subarray(offsets[unit]!, offsets[unit + 1]!)].flatMap((each) =>
      this.#members(depth - 1, each),
    )
  }

  #open(depth: number, unit: number): number {
    const { units } = this.#levels[depth]!
    const pinned = units.pinned[unit]!
    const closed = pinned !== noDay && this.#closedDays.has(pinned)
    return this.bins.open({ notBefore: units.notBefore[unit]!, pinned, closed })
  }

  #put(depth: number, unit: number, bin: number): void {
    this.#spread(depth, unit, bin)
    this.#room.changed(bin)
  }

  #spread(depth: number, unit: number, bin: number): void {
    this.#binOf[depth]![unit] = bin
    if (depth === 0) {
      this.bins.put(unit, bin)
      return
    }
    const { offsets, members } = this.#rows[depth - 1]!
    for (let at = offsets[unit]!; at < offsets[unit + 1]!; at++) this.#spread(depth - 1, members[at]!, bin)
  }
}
