import type { SourceFailure } from '../../source-failure.ts'
import type { Clock } from './clock.ts'

/** Calls at once with which a server is begun. */
const FIRST_LIMIT = 4
/** The fewest that a policy of Exchange lets an account have (2010, migration.md 3.2). */
const USUAL_LIMIT = 10
/** Up to there so many more at a time, until a server has refused one. */
const PROBE_STEP = 2
/** A level at which the server said "too many" is not tried again for so long, and twice as long each time that it says so again. */
const CEILING_MS = 10 * 60_000
const LONGEST_CEILING_MS = 8 * 3_600_000
/** A server that is busy without saying for how long gets fewer calls, at most this often. */
const SLOWER_EVERY_MS = 1_000

/** A call by its number, and how many were under way at most, with it, since it was begun. */
export type Begun = { readonly no: number; readonly most: number }

/**
 * How many calls a server is asked at once: additive increase, and decrease where it refuses one or is busy, below what it allows as
 * far as that is known. Nothing that nobody has made use of is a reason for more.
 */
export class ConnectionLimit {
  readonly #clock: Clock
  /** What the server allows one account, as far as the connector knows. */
  readonly #connections: number
  #limit: number
  /** So many at once went well, or one less than what a server is begun with. */
  #proved: number
  /** The first call that had the last place of the limit. */
  #fullAt: number | undefined
  #ceiling: { limit: number; forMs: number; until: number } | undefined
  readonly #begun = new Set<{ no: number; most: number }>()
  #successes = 0
  /** Those of them that were begun since the limit was in use. */
  #fullSuccesses = 0
  /** Until the server says for the first time that it is too much, a limit that proved itself is reason enough for a higher one. */
  #isProbing = true
  #slowedAt = 0
  /** Failures that were counted as breaches. */
  readonly #counted = new WeakSet<SourceFailure>()
  calls = 0
  breaches = 0

  constructor(connections: number, clock: Clock) {
    // What is no number is one at a time: with NaN nobody would ever be let in.
    this.#connections = Number.isNaN(connections) ? 1 : Math.max(1, connections)
    this.#clock = clock
    this.#limit = Math.min(FIRST_LIMIT, this.#connections)
    this.#proved = this.#limit - 1
  }

  /** Calls that may be under way at once now. */
  get most(): number {
    return this.#limit
  }

  get inUse(): number {
    return this.#begun.size
  }

  begin(): Begun {
    const begun = { no: ++this.calls, most: 0 }
    this.#begun.add(begun)
    for (const each of this.#begun) each.most = Math.max(each.most, this.inUse)
    if (this.inUse >= this.#limit) this.#fullAt ??= begun.no
    return begun
  }

  /** False where it was ended before. */
  end(begun: Begun): boolean {
    return this.#begun.delete(begun)
  }

  /**
   * A call went well. Where the limit was in use and what was begun since goes well, there may be more at once: a few more at first,
   * above what is usual and later on one more after as many as there are now. One call alone proves little there: an answer may be here
   * that is still in use, so that the server had fewer.
   */
  succeeded(call?: Begun): void {
    this.#successes++
    const isQuick = this.#isProbing && this.#limit < USUAL_LIMIT
    if (call !== undefined && this.#fullAt !== undefined && call.no >= this.#fullAt) {
      this.#fullSuccesses++
      if (isQuick || this.#fullSuccesses >= this.#limit) this.#proved = Math.max(this.#proved, this.#limit)
    }
    if (this.#proved < this.#limit || (!this.#isProbing && this.#successes < this.#limit)) return
    const { limit, until } = this.#ceiling ?? { limit: 0, until: 0 }
    const most = until > this.#clock.now() ? Math.min(this.#connections, limit) : this.#connections
    const more = isQuick ? Math.min(USUAL_LIMIT, this.#limit + PROBE_STEP) : this.#limit + 1
    this.#set(Math.max(this.#limit, Math.min(most, more)))
  }

  /**
   * The server said that there are more at once than it allows: never so many again for a while. Others may be done by now; what is
   * told twice counts once.
   */
  tooMany(failure?: SourceFailure, call?: Begun): void {
    if (failure !== undefined) {
      if (this.#counted.has(failure)) return
      this.#counted.add(failure)
    }
    this.breaches++
    this.#isProbing = false
    const most = Math.max(this.inUse, call?.most ?? 0)
    this.#set(Math.max(1, Math.min(this.#limit, most) - 1))
    this.#proved = Math.min(this.#proved, this.#limit)
    const now = this.#clock.now()
    const known = this.#ceiling
    const isAgain = known !== undefined && known.limit === this.#limit && known.until <= now
    const forMs = isAgain ? Math.min(LONGEST_CEILING_MS, 2 * known.forMs) : CEILING_MS
    this.#ceiling = { limit: this.#limit, forMs, until: now + forMs }
  }

  /** The server is busy and does not say for how long. */
  busy(): void {
    const now = this.#clock.now()
    if (now - this.#slowedAt < SLOWER_EVERY_MS) return
    this.#slowedAt = now
    this.#isProbing = false
    this.#set(Math.max(1, Math.floor(this.#limit / 2)))
  }

  #set(limit: number): void {
    this.#successes = 0
    this.#fullSuccesses = 0
    if (limit !== this.#limit) this.#fullAt = undefined
    this.#limit = limit
  }
}
