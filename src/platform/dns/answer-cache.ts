type Kept<T> = { value: T; weight: number; expires: number }

/** What was learned and until when, the least recently used dropped first once the weights add up to more than allowed. */
export class AnswerCache<T> {
  readonly #kept = new Map<string, Kept<T>>()
  readonly #now: () => number
  readonly #maxWeight: number
  #weight = 0

  /** `now` in milliseconds of any epoch that only moves forward. */
  constructor(maxWeight: number, now: () => number) {
    this.#maxWeight = maxWeight
    this.#now = now
  }

  get(key: string): T | undefined {
    const found = this.#kept.get(key)
    if (found === undefined) return undefined
    this.#kept.delete(key)
    if (found.expires <= this.#now()) {
      this.#weight -= found.weight
      return undefined
    }
    this.#kept.set(key, found)
    return found.value
  }

  /** A value heavier than all of the cache is not kept. */
  set(key: string, value: T, weight: number, ttlMs: number): void {
    this.delete(key)
    if (weight > this.#maxWeight || ttlMs <= 0) return
    this.#kept.set(key, { value, weight, expires: this.#now() + ttlMs })
    this.#weight += weight
    for (const [oldest] of this.#kept) {
      if (this.#weight <= this.#maxWeight) break
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    this.#weight -= this.#kept.get(key)?.weight ?? 0
    this.#kept.delete(key)
  }
}
