/** Numbers that look random and are the same for the same seed on every machine (xorshift32). */
export class SeededRandom {
  #state: number

  constructor(seed: number) {
    // A state of zero stays zero for ever; multiplying spreads seeds that lie side by side.
    this.#state = (Math.imul(seed | 0, 0x9e3779b1) ^ 0x5bd1e995) | 0 || 1
    for (let round = 0; round < 8; round++) this.bits()
  }

  /** 32 signed bits. */
  bits(): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return x
  }

  /** From 0 to `below` - 1. */
  below(below: number): number {
    return Math.floor(((this.bits() >>> 0) / 4294967296) * below)
  }

  /** From 0 to just under 1. */
  fraction(): number {
    return (this.bits() >>> 0) / 4294967296
  }

  /** 0 … `count` - 1, each once. */
  permutation(count: number): Int32Array {
    const order = new Int32Array(count)
    for (let at = 0; at < count; at++) order[at] = at
    this.shuffle(order)
    return order
  }

  shuffle(order: Int32Array): void {
    for (let at = order.length - 1; at > 0; at--) {
      const other = this.below(at + 1)
      const kept = order[at]!
      order[at] = order[other]!
      order[other] = kept
    }
  }
}
