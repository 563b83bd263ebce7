import { setImmediate } from 'node:timers/promises'

/** Work goes on for less than this before everybody else has a turn. */
const STRETCH_MS = 8

/** Keeps long work from holding up the event loop, and ends it when it is called off. */
export class Pace {
  readonly #signal: AbortSignal | undefined
  #since = performance.now()

  constructor(signal?: AbortSignal) {
    this.#signal = signal
  }

  /** Whether `rest` would wait. */
  get isDue(): boolean {
    return performance.now() - this.#since >= STRETCH_MS
  }

  /** To be awaited between steps that take well under a millisecond. Throws the signal's reason. */
  async rest(): Promise<void> {
    if (!this.isDue) return
    await setImmediate()
    this.#signal?.throwIfAborted()
    this.#since = performance.now()
  }
}
