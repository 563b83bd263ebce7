import { Recent } from '#src/base/recent.ts'
import { type Failures, noFailures } from '#src/domain/directory/login/kept-failures.ts'

/** When Active Directory locks an account. `threshold` 0: never. */
export type LockoutPolicy = { threshold: number; windowMs: number }

/** Assumed while the domain's own cannot be read. */
export const CAUTIOUS_POLICY: LockoutPolicy = { threshold: 3, windowMs: 30 * 60_000 }

const MOST_REMEMBERED = 100_000
/** Somebody who tries where nothing is locked is slowed down by the general back-off; this is only a ceiling. */
const WITHOUT_LOCKOUT = 20
/** The same wrong password is not sent again this long: a phone with an old one must not lock its owner out. */
const SAME_WRONG_MS = 10 * 60_000
/** A locked account is not asked about again this long. */
const LOCKED_MS = 60_000

type Trouble = Failures & { barredUntil: number }

/**
 * Keeps our own wrong attempts on an account at two thirds of what would lock it, so that nobody is locked out of Windows by way of
 * mail. Places that were right lately have one attempt more than strangers. Epoch milliseconds.
 */
export class LockoutGuard {
  readonly #now: () => number
  readonly #accounts = new Recent<Trouble>(MOST_REMEMBERED)
  readonly #wrong = new Recent<number>(MOST_REMEMBERED)
  readonly #welcome = new Recent<true>(MOST_REMEMBERED)

  constructor(now: () => number) {
    this.#now = now
  }

  /** What an earlier process knew of an account, of which this one knows nothing yet. */
  recall(account: string, { failures, last }: Failures): void {
    if (failures === 0 || this.#accounts.get(account) !== undefined) return
    this.#accounts.set(account, { failures, last, barredUntil: 0 })
  }

  /** What the next process should know of it. */
  failuresOf(account: string): Failures {
    const { failures, last } = this.#accounts.get(account) ?? noFailures
    return { failures, last }
  }

  /** Milliseconds until this account may be tried from this place; 0 when now. */
  waitMs(account: string, place: string, policy: LockoutPolicy): number {
    const trouble = this.#accounts.get(account)
    if (trouble === undefined) return 0
    const now = this.#now()
    const reserve = this.#welcome.get(`${account}\0${place}`) ? 1 : 0
    const isSpent = trouble.failures >= freeAttempts(policy) + reserve
    const until = Math.max(trouble.barredUntil, isSpent ? trouble.last + policy.windowMs : 0)
    return Math.max(0, Math.min(until - now, policy.windowMs + LOCKED_MS))
  }

  /** Whether this very secret was wrong a short while ago; `proof` tells nothing about it. */
  wasWrong(proof: string): boolean {
    const until = this.#wrong.get(proof) ?? 0
    return until > this.#now() && until - this.#now() <= SAME_WRONG_MS
  }

  /** Counted as wrong before it is sent, until it is known to be otherwise: attempts at once must not exceed the ceiling. */
  begin(account: string, policy: LockoutPolicy): void {
    const now = this.#now()
    const before = this.#accounts.get(account)
    const counts = before !== undefined && now - before.last < policy.windowMs
    this.#accounts.set(account, {
      failures: (counts ? before.failures : 0) + 1,
      last: now,
      barredUntil: before?.barredUntil ?? 0,
    })
  }

  /** Active Directory forgets wrong attempts at a right one, and so do we. */
  right(account: string, place: string): void {
    this.#accounts.delete(account)
    this.#welcome.set(`${account}\0${place}`, true)
  }

  wrong(proof: string): void {
    this.#wrong.set(proof, this.#now() + SAME_WRONG_MS)
  }

  /** Nothing was counted against the account there: no answer, or one that does not count. */
  uncounted(account: string): void {
    const trouble = this.#accounts.get(account)
    if (trouble !== undefined) this.#accounts.set(account, { ...trouble, failures: trouble.failures - 1 })
  }

  locked(account: string): void {
    const trouble = this.#accounts.get(account) ?? { failures: 0, last: 0, barredUntil: 0 }
    this.#accounts.set(account, { ...trouble, barredUntil: this.#now() + LOCKED_MS })
  }
}

function freeAttempts({ threshold }: LockoutPolicy): number {
  return threshold === 0 ? WITHOUT_LOCKOUT : Math.max(1, Math.floor((threshold * 2) / 3))
}
