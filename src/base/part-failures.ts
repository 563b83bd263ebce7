/** One of many for whom the same work was to be done, and why it was not. */
type PartFailure = { of: string; error: unknown }

const MOST_KEPT = 20
const MOST_NAMED = 3

/** Work for many was done for all but some; `failures` are the first of these, at most 20, of `count`. */
export class PartFailures extends Error {
  readonly failures: readonly PartFailure[]
  readonly count: number

  constructor(failures: readonly PartFailure[], count: number) {
    const named = failures.slice(0, MOST_NAMED).map(({ of, error }) => `${of} (${messageOf(error)})`)
    const others = count - named.length
    super(`It failed for ${named.join(', ')}${others > 0 ? ` and ${others} more` : ''}`)
    this.name = 'PartFailures'
    this.failures = failures
    this.count = count
  }
}

/** Does work part by part: what fails for one does not keep the others from their turn. */
export class EachPart {
  readonly #failures: PartFailure[] = []
  #count = 0

  /** A signal that has aborted ends it all. */
  async try(of: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      signal.throwIfAborted()
      this.#count++
      if (this.#failures.length < MOST_KEPT) this.#failures.push({ of, error })
    }
  }

  /** Throws `PartFailures` where anything failed. */
  end(): void {
    if (this.#count > 0) throw new PartFailures(this.#failures, this.#count)
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
