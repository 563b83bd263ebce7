import type { SparePlace } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import {
  AWAY_REST_MS,
  FULL_REST_MS,
  type IdleCause,
  LanePostponed,
  LONGEST_NAP_MS,
  MOST_TRANSIENT,
  waitAfter,
} from '../project/retry.ts'
import { type Entered, lookAgainAt, type ServerTrouble, type SourceBudget } from './budget.ts'
import type { Clock } from './clock.ts'
import type { OctetPace } from './octet-pace.ts'
import type { WireTally } from './wire-tally.ts'

export type LaneDeps = {
  clock: Clock
  budget: SourceBudget
  /** Of all sources of the project together; absent: without a limit. */
  total?: OctetPace
  /** What the connections of its source carry; absent: nobody counts it. */
  tally?: WireTally | undefined
  /** Whose calls go first, lower ones before; absent: 0. */
  priority?: number
  random: () => number
  /** Ends everything at once. */
  signal: AbortSignal
  /** Nothing new is begun. */
  drain: AbortSignal
  /** Told once when the server refuses us or cannot be reached. */
  alert: (message: string) => void
}

const postponedBy = (trouble: ServerTrouble, now: number): LanePostponed =>
  new LanePostponed(lookAgainAt(trouble, now), trouble.idle, trouble.message)

/** Of an item whose size its source does not tell. */
const USUAL_BYTES = 64 * 1024

/** A call: what it reads is told to `spend`, in octets. */
type Work<T> = (signal: AbortSignal, spend: Entered['spend']) => Promise<T>

/** The work is drained: a window closes, somebody paused it, the service stops. */
export class Drained extends Error {
  override readonly name = 'Drained'
}

const isOfServer = ({ kind }: SourceFailure): boolean =>
  kind !== 'item-permanent' && kind !== 'mailbox-permanent'

/** One mailbox being read: how its calls wait, are tried again, and give way. */
export class Lane {
  readonly #deps: LaneDeps
  /** Several calls may wait at once; the last to begin is what is told. */
  readonly #waits = new Set<{ cause: IdleCause }>()
  /** When each call that is under way was begun, epoch milliseconds. */
  readonly #asked = new Set<{ at: number }>()
  /** Nobody waits for anything once it is drained. */
  readonly #waitsUntil: AbortSignal
  /** What it signs in with (`SourceBudget.logins`). */
  readonly #login: number
  requests = 0
  /** Transactions of its pass, but for those that begin and end it. */
  writes = 0

  #trouble: string | undefined
  #away = { ms: 0, until: 0 }

  constructor(deps: LaneDeps) {
    this.#deps = deps
    this.#login = deps.budget.logins
    this.#waitsUntil = AbortSignal.any([deps.signal, deps.drain])
  }

  get clock(): Clock {
    return this.#deps.clock
  }

  get signal(): AbortSignal {
    return this.#deps.signal
  }

  get budget(): SourceBudget {
    return this.#deps.budget
  }

  get random(): () => number {
    return this.#deps.random
  }

  /** A place for a call beside one that has its own (`SourceBudget.spare`). */
  spare(): ReturnType<SparePlace> {
    return this.draining ? undefined : this.#deps.budget.spare(this.#deps.total)
  }

  /**
   * The first of what is to be read, as much as one call asks for where octets have a speed, and how many they are: at least one.
   */
  portion<T>(
    wanted: readonly T[],
    sizeOf: (each: T) => number | null,
  ): { some: readonly T[]; bytes: number } {
    const { budget, total } = this.#deps
    const most = Math.min(budget.pageBytes, total?.pageBytes ?? Number.POSITIVE_INFINITY)
    if (most === Number.POSITIVE_INFINITY) return { some: wanted, bytes: 0 }
    let bytes = 0
    let count = 0
    for (const each of wanted) {
      const size = sizeOf(each) ?? USUAL_BYTES
      if (count > 0 && bytes + size > most) break
      bytes += size
      count++
    }
    return { some: wanted.slice(0, count), bytes }
  }

  /** What it waits for just now; undefined while it works. */
  get idle(): IdleCause | undefined {
    return [...this.#waits].at(-1)?.cause
  }

  /** What its server failed at last, while that is tried again; undefined while it is well. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  /** For how long it got nowhere, as calls failed or are tried again: milliseconds. */
  get awayMs(): number {
    return this.#away.ms
  }

  /** Since when the server has not answered a call to its end, of the oldest; undefined: none is under way. Epoch milliseconds. */
  get askedAt(): number | undefined {
    return this.#asked.values().next().value?.at
  }

  get draining(): boolean {
    return this.#deps.drain.aborted
  }

  throwIfDraining(): void {
    if (this.draining) throw new Drained('The work is drained')
  }

  /**
   * Asks the source, with a place of its server's budget, again where that may help; `bytes`: octets that are asked for. Throws
   * `LanePostponed` for what only time mends, `Drained`, and `SourceFailure` of one item or mailbox as they are.
   */
  async call<T>(work: Work<T>, bytes = 0): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      this.throwIfDraining()
      const failure = await this.#once(work, bytes)
      if ('value' in failure) return failure.value
      await this.failed(failure.failure, attempt)
    }
  }

  async #once<T>(work: Work<T>, bytes: number): Promise<{ value: T } | { failure: SourceFailure }> {
    const { budget, signal, total, tally, priority = 0 } = this.#deps
    const wait: { cause: IdleCause } = { cause: 'connections all in use' }
    this.#waits.add(wait)
    const tell = (cause: IdleCause) => {
      wait.cause = cause
    }
    let entered: Entered | undefined
    let signedIn: () => void
    try {
      const asks = { tell, bytes, priority, tally, ...(total && { also: total }) }
      entered = await budget.enter(this.#waitsUntil, asks)
      signedIn = await budget.signIn.turn(this.#waitsUntil)
    } catch (error) {
      entered?.leave()
      signal.throwIfAborted()
      this.throwIfDraining()
      throw error
    } finally {
      this.#waits.delete(wait)
    }
    const asked = { at: this.clock.now() }
    this.#asked.add(asked)
    try {
      this.#throwIfUnsigned()
      this.requests++
      const value = await work(signal, entered.spend)
      budget.succeeded(entered.begun)
      this.#trouble = undefined
      return { value }
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof SourceFailure)) throw error
      if (error.kind === 'too-many') budget.tooMany(error, entered.begun)
      if (error.ofSignIn) this.#unsigned(error)
      if (isOfServer(error)) this.#wasAway(asked.at)
      return { failure: error }
    } finally {
      this.#asked.delete(asked)
      signedIn()
      entered.leave()
    }
  }

  /** Before whoever waits for its outcome goes on. */
  #unsigned({ message }: SourceFailure): never {
    const { budget, alert } = this.#deps
    // There are others since: it begins anew with them.
    if (budget.logins !== this.#login) throw new LanePostponed(this.clock.now(), 'trying again', message)
    if (budget.restUnsigned(message)) alert(`${budget.name} refuses us: ${message}`)
    throw postponedBy(budget.trouble!, this.clock.now())
  }

  #throwIfUnsigned(): void {
    const { trouble } = this.#deps.budget
    const now = this.clock.now()
    if (trouble?.ofSignIn && trouble.until > now) throw postponedBy(trouble, now)
  }

  /** What follows from a failure: waits and comes back where the call is to be tried again, else throws. */
  async failed(failure: SourceFailure, attempt: number): Promise<void> {
    const { budget, clock, alert } = this.#deps
    const { kind, backOffMs } = failure
    if (failure.ofSignIn) this.#unsigned(failure)
    if (!isOfServer(failure)) {
      this.#trouble = undefined
      throw failure
    }
    if (kind === 'no-room')
      throw new LanePostponed(clock.now() + FULL_REST_MS, 'no room there', failure.message)
    if (kind === 'refused') {
      if (budget.rest('server refuses us', failure.message))
        alert(`${budget.name} refuses us: ${failure.message}`)
      throw postponedBy(budget.trouble!, this.clock.now())
    }
    if (kind === 'transient' && attempt >= MOST_TRANSIENT) {
      if (failure.ofMailbox)
        throw new LanePostponed(clock.now() + AWAY_REST_MS, 'trying again', failure.message)
      if (budget.rest('server out of reach', failure.message))
        alert(`${budget.name} cannot be reached: ${failure.message}`)
      throw postponedBy(budget.trouble!, this.clock.now())
    }
    if (kind === 'throttled' && backOffMs === null) budget.busy()
    const ms = waitAfter(failure, attempt, this.random)
    const cause: IdleCause =
      kind === 'throttled' && backOffMs !== null ? 'server asked to wait' : 'trying again'
    this.#trouble = `${cause}: ${failure.message}`
    if (ms > LONGEST_NAP_MS && backOffMs !== null) {
      budget.noteIdle(cause, ms)
      throw new LanePostponed(clock.now() + ms, cause, failure.message)
    }
    const since = clock.now()
    await this.rest(cause, ms)
    this.#wasAway(since)
  }

  /** Calls are made beside each other: no time counts twice. */
  #wasAway(since: number): void {
    const { ms, until } = this.#away
    const now = this.clock.now()
    this.#away = { ms: ms + Math.max(0, now - Math.max(since, until)), until: Math.max(until, now) }
  }

  /** Waits, and says why. */
  async rest(cause: IdleCause, ms: number): Promise<void> {
    const { clock, budget, signal } = this.#deps
    const wait = { cause }
    const since = clock.now()
    this.#waits.add(wait)
    try {
      await clock.sleep(ms, this.#waitsUntil)
    } catch (error) {
      signal.throwIfAborted()
      this.throwIfDraining()
      throw error
    } finally {
      budget.noteIdle(cause, clock.now() - since)
      this.#waits.delete(wait)
    }
  }
}
