import { resized } from './batching/resized.ts'

/** Stands where there is no number. */
export const none = -1

/** Numbers most of which are `none`: they take no memory until the first is another. */
export class RareNumbers {
  /** Each is one more than it says, so that what was never written is `none`. */
  #numbers = new Int32Array(0)

  get(at: number): number {
    return at < this.#numbers.length ? this.#numbers[at]! - 1 : none
  }

  set(at: number, number: number): void {
    if (at >= this.#numbers.length) {
      if (number === none) return
      this.#numbers = resized(this.#numbers, 2 * (at + 512))
    }
    this.#numbers[at] = number + 1
  }
}
