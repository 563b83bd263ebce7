import type { Bins } from './bins.ts'

/** Finds the first batch with room for a unit without looking at all of them: a tree of the most room below each knot. */
export class FreeRoom {
  readonly #bins: Bins
  readonly #dimensions: number
  #width = 1
  #room: Float64Array

  constructor(bins: Bins) {
    this.#bins = bins
    this.#dimensions = bins.units.dimensions
    this.#room = new Float64Array(0)
    this.#build()
  }

  #build(): void {
    while (this.#width < this.#bins.count) this.#width *= 2
    this.#room = new Float64Array(this.#width * 2 * this.#dimensions).fill(-1)
    for (let bin = 0; bin < this.#bins.count; bin++) this.#leaf(bin)
    for (let knot = this.#width - 1; knot >= 1; knot--) this.#pull(knot)
  }

  /** To be called when a batch was opened or its load changed. */
  changed(bin: number): void {
    if (bin >= this.#width) {
      this.#build()
      return
    }
    this.#leaf(bin)
    for (let knot = (this.#width + bin) >> 1; knot >= 1; knot >>= 1) this.#pull(knot)
  }

  /** The lowest batch with room for row `unit` of `loads` that is also `fit`; -1: none. */
  first(loads: Float64Array, unit: number, fit: (bin: number) => boolean, knot = 1): number {
    for (let d = 0; d < this.#dimensions; d++) {
      if (this.#room[knot * this.#dimensions + d]! < loads[unit * this.#dimensions + d]!) return -1
    }
    if (knot >= this.#width) return fit(knot - this.#width) ? knot - this.#width : -1
    const left = this.first(loads, unit, fit, knot * 2)
    return left === -1 ? this.first(loads, unit, fit, knot * 2 + 1) : left
  }

  #leaf(bin: number): void {
    const { caps } = this.#bins.units
    for (let d = 0; d < this.#dimensions; d++) {
      this.#room[(this.#width + bin) * this.#dimensions + d] =
        caps[d]! - this.#bins.loads[bin * this.#dimensions + d]!
    }
  }

  #pull(knot: number): void {
    for (let d = 0; d < this.#dimensions; d++) {
      const left = this.#room[knot * 2 * this.#dimensions + d]!
      const right = this.#room[(knot * 2 + 1) * this.#dimensions + d]!
      this.#room[knot * this.#dimensions + d] = Math.max(left, right)
    }
  }
}
