/** Waits for something to happen in one of several mailboxes. What happens while nobody waits is not missed. */
export class Wakes {
  readonly #stops: (() => void)[]
  readonly #signal: AbortSignal
  #pending = false
  #wake: (() => void) | undefined

  /** `watch`: each calls back when something has happened, and returns how to stop. */
  constructor(watch: readonly ((woken: () => void) => () => void)[], signal: AbortSignal) {
    const woken = () => {
      this.#pending = true
      this.#wake?.()
    }
    this.#stops = watch.map((each) => each(woken))
    this.#signal = signal
  }

  get over(): boolean {
    return this.#signal.aborted
  }

  /** Resolves when something has happened (true), after the time, or when it is over. */
  async next(mostMs: number): Promise<boolean> {
    if (!this.#pending && !this.over) {
      await new Promise<void>((resolve) => {
        const late = setTimeout(done, mostMs)
        const signal = this.#signal
        function done() {
          clearTimeout(late)
          signal.removeEventListener('abort', done)
          resolve()
        }
        this.#wake = done
        signal.addEventListener('abort', done, { once: true })
      })
      this.#wake = undefined
    }
    const happened = this.#pending
    this.#pending = false
    return happened
  }

  end(): void {
    for (const stop of this.#stops) stop()
  }
}
