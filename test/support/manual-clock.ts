import type { Clock } from '#src/domain/migration/engine/pace/clock.ts'

type Sleeper = { at: number; wake: () => void }

/** Time that stands still until a test moves it, or that leaps to the next who sleeps once nobody does anything else. */
export class ManualClock implements Clock {
  #now: number
  readonly #sleepers = new Set<Sleeper>()
  readonly slept: number[] = []
  #leaping: NodeJS.Timeout | undefined

  constructor(now = Date.UTC(2026, 11, 7, 12)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  /** When the first of those who sleep wakes. */
  get next(): number | undefined {
    return this.#sleepers.size === 0 ? undefined : Math.min(...[...this.#sleepers].map(({ at }) => at))
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    this.slept.push(ms)
    return new Promise((resolve, reject) => {
      const cut = () => {
        this.#sleepers.delete(sleeper)
        reject(signal.reason)
      }
      const sleeper: Sleeper = {
        at: this.#now + Math.max(0, ms),
        wake: () => {
          signal.removeEventListener('abort', cut)
          this.#sleepers.delete(sleeper)
          resolve()
        },
      }
      signal.addEventListener('abort', cut, { once: true })
      this.#sleepers.add(sleeper)
    })
  }

  /** The machine's clock is put back; who sleeps does so for as long as before, as timers do. */
  setBack(ms: number): void {
    this.#now -= ms
    for (const sleeper of this.#sleepers) sleeper.at -= ms
  }

  /** Wakes whoever sleeps until then, in order. */
  advance(ms: number): void {
    this.advanceTo(this.#now + ms)
  }

  advanceTo(until: number): void {
    for (;;) {
      const next = [...this.#sleepers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#now = Math.max(this.#now, next.at)
      next.wake()
    }
    this.#now = Math.max(this.#now, until)
  }

  /** From now on it leaps to the next sleeper whenever somebody has slept for `idleMs` of real time. Returns how to stop. */
  leap(idleMs = 5): () => void {
    const look = () => {
      const next = [...this.#sleepers].sort((a, b) => a.at - b.at)[0]
      if (next !== undefined) this.advanceTo(next.at)
      this.#leaping = setTimeout(look, idleMs)
    }
    this.#leaping = setTimeout(look, idleMs)
    return () => clearTimeout(this.#leaping)
  }
}
