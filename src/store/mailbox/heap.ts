/** A binary heap: its top comes before all others. */
export class Heap<T> {
  readonly #entries: T[] = []
  readonly #before: (one: T, other: T) => boolean

  constructor(before: (one: T, other: T) => boolean) {
    this.#before = before
  }

  get top(): T | undefined {
    return this.#entries[0]
  }

  push(entry: T): void {
    let at = this.#entries.push(entry) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#before(entry, this.#entries[parent]!)) break
      this.#entries[at] = this.#entries[parent]!
      at = parent
    }
    this.#entries[at] = entry
  }

  dropTop(): void {
    const last = this.#entries.pop()
    if (last === undefined || this.#entries.length === 0) return
    this.#entries[0] = last
    this.sinkTop()
  }

  /** To be called when the top has changed to come later. */
  sinkTop(): void {
    const entry = this.#entries[0]!
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.#entries.length) break
      if (child + 1 < this.#entries.length && this.#before(this.#entries[child + 1]!, this.#entries[child]!))
        child++
      if (!this.#before(this.#entries[child]!, entry)) break
      this.#entries[at] = this.#entries[child]!
      at = child
    }
    this.#entries[at] = entry
  }
}
