import type { Log } from './open-log.ts'

const EVERY_MS = 60_000
/** Causes that are told apart at a time; the names are few unless a peer can choose them. */
const MOST_CAUSES = 1_000

type Told = { at: number; untold: number }

/**
 * Warnings that something may set off thousands of times: one line a minute for each cause. The line after the silence
 * says in `more` how often it happened meanwhile.
 */
export class BoundedWarnings {
  readonly #log: Log
  readonly #now: () => number
  readonly #told = new Map<string, Told>()

  /** `now` in milliseconds of any epoch that only moves forward. */
  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log
    this.#now = now
  }

  warn(cause: string, facts: Readonly<Record<string, unknown>>, sentence: string): void {
    const at = this.#now()
    const last = this.#told.get(cause)
    if (last !== undefined && at - last.at < EVERY_MS) {
      last.untold++
      return
    }
    if (last === undefined && this.#told.size >= MOST_CAUSES) this.#told.clear()
    this.#told.set(cause, { at, untold: 0 })
    this.#log.warn(
      { ...facts, cause, ...(last !== undefined && last.untold > 0 && { more: last.untold }) },
      sentence,
    )
  }
}
