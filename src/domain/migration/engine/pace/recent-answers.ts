/** An answer stays good for so many times as long as it took: asking for it, however often, takes a fiftieth of the time. */
const TIMES = 50
/** An answer is never older. */
const OLDEST_MS = 30_000
/** What was read last is told no longer, where reading it anew takes its time. */
const FORGOTTEN_MS = 10 * 60_000

type Kept<T> = { until: number; answer: Promise<T> }

/**
 * Answers that take reading many rows and that somebody looks at again and again. What was read quickly is read anew each time;
 * whoever asks while it is read hears the same.
 */
export class RecentAnswers<T> {
  readonly #kept = new Map<string, Kept<T>>()
  readonly #told = new Map<string, { answer: T; until: number }>()
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
      (answer) => {
        const now = this.#clock()
        kept.until = now + Math.min(OLDEST_MS, (now - began) * TIMES)
        this.#told.set(key, { answer, until: now + FORGOTTEN_MS })
      },
      () => this.#kept.delete(key),
    )
    return kept.answer
  }

  /** Those that were told longest ago, or never, come first: who has time for some alone comes round to all. */
  inTurn<K>(keys: readonly K[], nameOf: (key: K) => string): K[] {
    const toldAt = (key: K) => this.#told.get(nameOf(key))?.until ?? 0
    return [...keys].sort((a, b) => toldAt(a) - toldAt(b))
  }

  /** What was read last, without reading it; undefined: nothing was. */
  known(key: string): T | undefined {
    const told = this.#told.get(key)
    return told !== undefined && told.until > this.#clock() ? told.answer : undefined
  }

  /** As `get`, waiting for it so long at most: else what was read before, undefined: nothing was. It is read on for who asks next. */
  async within(ms: number, key: string, read: () => Promise<T>): Promise<T | undefined> {
    const now = this.#clock()
    for (const [other, { until }] of this.#told) if (until <= now) this.#told.delete(other)
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => resolve(undefined), ms)
    try {
      const fresh = this.get(key, read).then((answer) => ({ answer }))
      return ((await Promise.race([fresh, promise])) ?? this.#told.get(key))?.answer
    } finally {
      clearTimeout(timer)
    }
  }
}
