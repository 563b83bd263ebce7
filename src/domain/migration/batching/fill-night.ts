import type { Bins } from './bins.ts'
import { SeededRandom } from './random.ts'
import { shareOf } from './units.ts'

/** Members that may still be looked at: `left` of all nights together, a tenth of a second for each ten million or so. */
export type Effort = { left: number }

const mostOfNight = 4_000_000
/** What a look at a batch costs beside its members, as many of them. */
const ofLook = 30

/**
 * Puts units into the batches of one night, the largest first. Who finds no place then takes that of others, who look for another
 * one: those that are hard to place stay (ejection chains, Nagata and Bräysy 2009). Answers the units that have none in the end:
 * never more than first fit leaves. Nobody else is in these batches. The same question has the same answer.
 */
export function fillNight(
  bins: Bins,
  night: readonly number[],
  units: readonly number[],
  effort: Effort,
): number[] {
  const order = [...units].sort((a, b) => shareOf(bins.units, b) - shareOf(bins.units, a) || a - b)
  const homeless = order.filter((unit) => !firstFit(bins, night, unit))
  if (homeless.length === 0 || night.length < 2) return homeless
  return new Ejections(bins, night, units, effort).run(homeless)
}

function firstFit(bins: Bins, night: readonly number[], unit: number): boolean {
  const bin = night.find((each) => bins.fits(each, unit))
  if (bin !== undefined) bins.put(unit, bin)
  return bin !== undefined
}

class Ejections {
  readonly #bins: Bins
  readonly #night: readonly number[]
  readonly #units: readonly number[]
  readonly #members: Map<number, Set<number>>
  /** How often each found no room: whoever throws such a one out pays for it. */
  readonly #failed = new Map<number, number>()
  readonly #random = new SeededRandom(1)
  readonly #effort: Effort
  #ownLeft = mostOfNight

  constructor(bins: Bins, night: readonly number[], units: readonly number[], effort: Effort) {
    this.#bins = bins
    this.#effort = effort
    this.#night = night
    this.#units = units
    this.#members = new Map(night.map((bin) => [bin, new Set<number>()]))
    for (const unit of units) this.#members.get(bins.parts[unit]!)?.add(unit)
  }

  run(homeless: readonly number[]): number[] {
    const waiting = [...homeless]
    let best = waiting.length
    let kept = this.#places()
    while (waiting.length > 0 && this.#ownLeft > 0 && this.#effort.left > 0) {
      const unit = waiting.pop()!
      const room = this.#night.filter((bin) => this.#bins.fits(bin, unit))
      if (room.length > 0) this.#put(unit, room[this.#random.below(room.length)]!)
      else {
        this.#failed.set(unit, this.#price(unit) + 1)
        const place = this.#cheapest(unit)
        if (place === undefined) {
          // It fits into none of them by itself: nothing that the others do would help.
          waiting.unshift(unit)
          if (waiting.every((each) => this.#cheapest(each) === undefined)) break
          continue
        }
        for (const out of place.out) this.#take(out)
        this.#put(unit, place.bin)
        waiting.push(...place.out)
      }
      if (waiting.length >= best) continue
      best = waiting.length
      kept = this.#places()
    }
    for (const unit of this.#units) if (this.#bins.parts[unit] !== -1) this.#take(unit)
    const left: number[] = []
    this.#units.forEach((unit, at) => {
      if (kept[at] === -1) left.push(unit)
      else this.#put(unit, kept[at]!)
    })
    return left
  }

  #places(): number[] {
    return this.#units.map((unit) => this.#bins.parts[unit]!)
  }

  #price(unit: number): number {
    return this.#failed.get(unit) ?? 0
  }

  /** The batch where the least has to go for it, by how hard that was to place. */
  #cheapest(unit: number): { bin: number; out: number[] } | undefined {
    let best: { bin: number; out: number[]; price: number } | undefined
    for (const bin of this.#night) {
      const out = this.#toGo(bin, unit)
      if (out === undefined) continue
      const price = out.reduce((sum, each) => sum + 1 + this.#price(each), 0)
      if (best === undefined || price < best.price || (price === best.price && this.#random.below(2) === 0))
        best = { bin, out, price }
    }
    return best
  }

  /** Who has to leave a batch before a unit fits in; undefined: it fits in with nobody. */
  #toGo(bin: number, unit: number): number[] | undefined {
    const members = this.#members.get(bin)!
    this.#ownLeft -= members.size + ofLook
    this.#effort.left -= members.size + ofLook
    const { units } = this.#bins
    const enemies = new Set(
      units.apart?.targets.subarray(units.apart.offsets[unit]!, units.apart.offsets[unit + 1]!),
    )
    const out = [...members].filter((member) => enemies.has(member))
    const left = [...members].filter((member) => !enemies.has(member))
    for (let at = left.length - 1; at > 0; at--) {
      const other = this.#random.below(at + 1)
      ;[left[at], left[other]] = [left[other]!, left[at]!]
    }
    left.sort((a, b) => this.#price(a) - this.#price(b))
    for (const member of out) this.#take(member)
    for (const member of left) {
      const over = this.#overfull(bin, unit)
      if (over === -1) break
      if (units.loads[member * units.dimensions + over]! === 0) continue
      out.push(member)
      this.#take(member)
    }
    // Several dimensions: whoever left for one may have been more than was needed.
    const fits = this.#bins.fits(bin, unit)
    for (const member of out) this.#put(member, bin)
    return fits ? out : undefined
  }

  #overfull(bin: number, unit: number): number {
    const { dimensions, caps, loads } = this.#bins.units
    for (let d = 0; d < dimensions; d++) {
      if (this.#bins.loads[bin * dimensions + d]! + loads[unit * dimensions + d]! > caps[d]!) return d
    }
    return -1
  }

  #put(unit: number, bin: number): void {
    this.#bins.put(unit, bin)
    this.#members.get(bin)!.add(unit)
  }

  #take(unit: number): void {
    this.#members.get(this.#bins.parts[unit]!)!.delete(unit)
    this.#bins.take(unit)
  }
}
