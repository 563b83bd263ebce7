/** An answer stays good for so many times as long as it took: asking for it, however often, takes a fiftieth of the time. */
const TIMES = 50
/** An answer is never older. */
const OLDEST_MS = 30_000

type Kept<T> = { until: number; answer: Promise<T> }

/**
 * Answers that take reading many rows and that somebody looks at again and again. What was read quickly is read anew each time;
 * whoever asks while it is read hears the same.
 */
export class RecentAnswers<T> {
  readonly #kept = new Map<string, Kept<T>>()
  readonly #clock: () => number

  /** `clock`: milliseconds that only go forward. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock
  }

  /** Rejects as `read`, and then forgets it. */
  get(key: string, read: () => Promise<T>): Promise<T> {
    const began = this.#clock()
    for (const [other, { until }] of this.#kept) if (until <= began) this.#kept.delete(other)
    const known = this.#kept.get(key)
    if (known !== undefined) return known.answer
    const kept: Kept<T> = { until: Number.POSITIVE_INFINITY, answer: read() }
    this.#kept.set(key, kept)
    kept.answer.then(
      () => {
        const now = this.#clock()
        kept.until = now + Math.min(OLDEST_MS, (now - began) * TIMES)
      },
      () => this.#kept.delete(key),
    )
    return kept.answer
  }
}
