type Aside = { cut: AbortController }

/** What an engine does beside its looks: one thing by each name at a time, which can be cut off. */
export class Asides {
  readonly #begun = new Map<string, Aside>()
  /** Those that were cut off too, until they have come to their end. */
  readonly #ending = new Set<Promise<void>>()
  readonly #stopping: AbortSignal

  constructor(stopping: AbortSignal) {
    this.#stopping = stopping
  }

  get isNone(): boolean {
    return this.#begun.size === 0
  }

  /** Nothing where one of that name goes on. `failed` hears of what went wrong by itself; `ended` comes after it, and once. */
  begin(
    name: string,
    work: (signal: AbortSignal) => Promise<unknown>,
    { failed, ended }: { failed: (error: unknown) => void; ended: () => void },
  ): void {
    if (this.#begun.has(name)) return
    const aside: Aside = { cut: new AbortController() }
    this.#begun.set(name, aside)
    const signal = AbortSignal.any([this.#stopping, aside.cut.signal])
    const done: Promise<void> = work(signal)
      .then(
        () => undefined,
        (error: unknown) => {
          if (!signal.aborted) failed(error)
        },
      )
      .finally(() => {
        if (this.#begun.get(name) === aside) this.#begun.delete(name)
        this.#ending.delete(done)
        ended()
      })
    this.#ending.add(done)
  }

  /** Whoever does not heed it holds up nobody: another one of that name may begin. */
  cut(name: string): void {
    this.#begun.get(name)?.cut.abort(new Error('It was paused or ended'))
    this.#begun.delete(name)
  }

  /** Resolves once all of them have come to their end. Never rejects. */
  async allEnded(): Promise<void> {
    await Promise.all(this.#ending)
  }
}
