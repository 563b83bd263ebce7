import type { SmtpFailure } from '#src/clients/smtp/failure.ts'

const MOST = 10_000

/** Remembers for a short while where no session could be had, so that a full queue does not wait for each time-out again. */
export class FailureMemory {
  readonly #failures = new Map<string, { until: number; failure: SmtpFailure }>()
  readonly #lifeMs: number
  readonly #now: () => number

  constructor(lifeMs: number, now: () => number) {
    this.#lifeMs = lifeMs
    this.#now = now
  }

  find(place: string): SmtpFailure | undefined {
    const known = this.#failures.get(place)
    if (known === undefined) return undefined
    if (known.until > this.#now()) return known.failure
    this.#failures.delete(place)
    return undefined
  }

  /** Only of what says something about the place: no connection, no greeting, no TLS. */
  note(place: string, failure: SmtpFailure): void {
    this.#failures.delete(place)
    if (this.#failures.size >= MOST) this.#failures.delete(this.#failures.keys().next().value!)
    this.#failures.set(place, { until: this.#now() + this.#lifeMs, failure })
  }
}
