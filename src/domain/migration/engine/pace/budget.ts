import type { Expiry, SparePlace } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import type { SourceCap } from '../project/project.ts'
import { type IdleCause, SERVER_REST_MS, SIGN_IN_REST_MS } from '../project/retry.ts'
import type { Clock } from './clock.ts'
import { type Begun, ConnectionLimit } from './connection-limit.ts'
import { OctetPace, type Waiting } from './octet-pace.ts'
import { SignInProof } from './sign-in-proof.ts'
import type { WireTally } from './wire-tally.ts'

/** What may be called at once after a quiet time, in milliseconds of the rate. */
const BURST_MS = 1_000
/** Whoever waits for the rate looks again at least this often. */
const LOOK_MS = 1_000
/** A server that is out of reach rests for so long at least, and for this part of the time that it has been away. */
const FIRST_REST_MS = 5_000
const RESTED_PART = 0.25
/** That a server is out of reach for the same cause is told again after so long, where it was well in between. */
const TOLD_AGAIN_MS = 3_600_000
const MOST_CAUSES = 100
/** Said behind what a server refuses. */
const askedAnew =
  ' It is asked again by itself; once it is mended there, "landbridge migrate resume" with the batch asks at once.'

export type ServerTrouble = {
  idle: 'server refuses us' | 'server out of reach'
  message: string
  since: number
  until: number
  /** Name or password are refused: nothing is asked until then. */
  ofSignIn: boolean
}

/** When whoever waits because of it looks again: soon, as it may be mended while they set themselves aside. */
export const lookAgainAt = ({ until }: ServerTrouble, now: number): number =>
  Math.min(until, now + SERVER_REST_MS)

/**
 * Who asks: what hears why it waits, the pace of all sources, what its source carries, octets that are asked for, and whose turn comes
 * first (lower).
 */
export type Asking = Partial<{
  tell: (cause: IdleCause) => void
  also: OctetPace
  tally: WireTally | undefined
  bytes: number
  priority: number
}>

/** A place for a call: octets that it reads are told, and it is let go of. */
export type Entered = { begun: Begun; spend(bytes: number): void; leave(): void }

type Turn = Waiting & {
  tell: Asking['tell'] | undefined
  also: OctetPace | undefined
  tally: WireTally | undefined
  bytes: number
  cause: IdleCause | undefined
  /** Since when it waits for nothing but a place. */
  placeFrom: number | undefined
  go(): void
}

/**
 * What one server is asked for at once: connections by additive increase and multiplicative decrease below what it and the
 * administrator allow, calls and octets by token buckets. Caps hold from the next call on.
 */
export class SourceBudget {
  readonly name: string
  readonly signIn: SignInProof
  readonly #clock: Clock
  readonly #places: ConnectionLimit
  #cap: SourceCap = {}
  /** In their order. */
  readonly #waiting: Turn[] = []
  #callReadyAt = 0
  readonly #pace = new OctetPace()
  #trouble: ServerTrouble | undefined
  #told = false
  /** When somebody was told last that it is out of reach, by the cause, epoch milliseconds. */
  readonly #toldAt = new Map<string, number>()
  #logins = 0
  readonly #idle = new Map<IdleCause, number>()
  /** Since when calls wait for the rate, as far as it is not counted yet. */
  #limitedFrom: number | undefined
  #timer: { at: number; stop: AbortController } | undefined
  /** What of its server or the account ends, as it was seen last. */
  readonly #expiries = new Map<string, Expiry>()
  bytes = 0

  constructor(name: string, connections: number, clock: Clock) {
    this.name = name
    this.#places = new ConnectionLimit(connections, clock)
    this.#clock = clock
    this.signIn = new SignInProof(clock)
  }

  setCap(cap: SourceCap): void {
    this.#cap = cap
    this.#pace.set(cap.bytesPerSecond, this.#clock.now())
    this.#serve()
  }

  get cap(): SourceCap {
    return this.#cap
  }

  get inUse(): number {
    return this.#places.inUse
  }

  get calls(): number {
    return this.#places.calls
  }

  get breaches(): number {
    return this.#places.breaches
  }

  /** Calls that may be under way at once now. */
  get limit(): number {
    const { connections = Number.POSITIVE_INFINITY } = this.#cap
    return Number.isNaN(connections) ? this.#places.most : Math.min(this.#places.most, connections)
  }

  /** Idle milliseconds by their cause. */
  get idle(): ReadonlyMap<IdleCause, number> {
    return this.#idle
  }

  noteIdle(cause: IdleCause, ms: number): void {
    if (ms > 0) this.#idle.set(cause, (this.#idle.get(cause) ?? 0) + ms)
  }

  get expiries(): readonly Expiry[] {
    return [...this.#expiries.values()]
  }

  noteExpiries(expiries: readonly Expiry[]): void {
    for (const each of expiries) this.#expiries.set(`${each.what} ${each.of}`, each)
  }

  /** Why no lane of it may work now. */
  get trouble(): ServerTrouble | undefined {
    return this.#trouble
  }

  /**
   * Nothing of the server is tried for a while: some minutes where it refuses us, and where it is out of reach a part of the time
   * that it has been so, as whoever restarts is back soon. True the first time, when somebody should be
   * told; where it is out of reach now and then, once an hour for each cause.
   */
  rest(idle: ServerTrouble['idle'], message: string): boolean {
    const why = { idle, message, ofSignIn: false }
    if (idle === 'server refuses us')
      return this.#rest({ ...why, message: `${message}${askedAnew}` }, SERVER_REST_MS)
    const now = this.#clock.now()
    const awayMs = now - (this.#trouble?.since ?? now)
    return this.#rest(why, Math.min(SERVER_REST_MS, Math.max(FIRST_REST_MS, awayMs * RESTED_PART)))
  }

  /** The same for a name or password that is refused; from the second time on it is not tried again for a day. */
  restUnsigned(message: string): boolean {
    this.signIn.refused()
    const isAgain = this.signIn.refusals > 1
    const remedy = isAgain
      ? ' It is tried once a day, so that the account is not locked: "landbridge migrate source" with the password goes on at once, and so does "landbridge migrate resume" with the batch where it was put right there.'
      : askedAnew
    return this.#rest(
      { idle: 'server refuses us', message: `${message}${remedy}`, ofSignIn: true },
      isAgain ? SIGN_IN_REST_MS : SERVER_REST_MS,
    )
  }

  #rest(why: Pick<ServerTrouble, 'idle' | 'message' | 'ofSignIn'>, ms: number): boolean {
    const now = this.#clock.now()
    this.#trouble = { ...why, since: this.#trouble?.since ?? now, until: now + ms }
    const first = !this.#told
    this.#told = true
    return first && (why.idle === 'server refuses us' || this.#isNews(why.message, now))
  }

  #isNews(cause: string, now: number): boolean {
    const at = this.#toldAt.get(cause)
    if (at !== undefined && now - at < TOLD_AGAIN_MS) return false
    if (this.#toldAt.size >= MOST_CAUSES) this.#toldAt.clear()
    this.#toldAt.set(cause, now)
    return true
  }

  /** The server is well. */
  #well(): void {
    this.#trouble = undefined
    this.#told = false
  }

  /** Raised with each change of credentials. */
  get logins(): number {
    return this.#logins
  }

  /** Other credentials: what the server said of the old ones does not count, and nobody knows whether it takes these. */
  signsInAnew(): void {
    this.#logins++
    this.#expiries.clear()
    this.#toldAt.clear()
    this.#well()
    this.signIn.forget()
  }

  /** Octets that one of its lanes asks for at once. */
  get pageBytes(): number {
    return this.#pace.pageBytes
  }

  /** One more lane reads from it; gives how that ends. */
  begin(): () => void {
    return this.#pace.begin()
  }

  /**
   * Waits for the rate, its own and `also` that of all sources, and for a place, which others have meanwhile; `tell` hears for which.
   * Octets that are asked for are paid with it. Rejects with the signal's reason.
   */
  enter(signal: AbortSignal, { tell, also, tally, bytes = 0, priority = 0 }: Asking = {}): Promise<Entered> {
    if (signal.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      const part = () => {
        signal.removeEventListener('abort', cut)
        this.#waiting.splice(this.#waiting.indexOf(turn), 1)
        also?.part(turn)
      }
      const cut = () => {
        part()
        reject(signal.reason)
        this.#serve()
      }
      const turn: Turn = {
        ...{ tell, also, tally, bytes, priority },
        cause: undefined,
        placeFrom: undefined,
        couldGo: () => this.inUse < this.limit && this.#waitMs(this.#clock.now()) <= 0,
        look: () => this.#serve(),
        go: () => {
          part()
          resolve(this.#entered(turn))
        },
      }
      signal.addEventListener('abort', cut, { once: true })
      const behind = this.#waiting.findIndex((each) => each.priority > priority)
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, turn)
      also?.join(turn)
      this.#serve()
    })
  }

  #entered({ also, tally, bytes }: Turn): Entered {
    const now = this.#clock.now()
    const begun = this.#places.begin()
    this.#takeTurn(now)
    const reserved = [this.#pace, also].flatMap((pace) => pace?.reserve(bytes, now) ?? [])
    const tallied = tally?.begin(bytes)
    const leave = this.#leaving(begun)
    return {
      begun,
      spend: (read) => {
        this.bytes += read
        tallied?.paid(read)
        for (const each of reserved) each.spend(read, this.#clock.now())
      },
      leave: () => {
        const unpaid = tallied?.end() ?? 0
        if (unpaid > 0) for (const pace of [this.#pace, also]) pace?.spend(unpaid, this.#clock.now())
        for (const each of reserved) each.end(this.#clock.now())
        leave()
      },
    }
  }

  /** A place for a call beside one that has its own, unless somebody waits for it or the rate is limited; undefined: there is none. */
  spare(also?: OctetPace): ReturnType<SparePlace> {
    const isLimited =
      this.#cap.callsPerSecond !== undefined || this.#pace.isLimited || also?.isLimited === true
    if (isLimited || this.#waiting.length > 0 || this.inUse >= this.limit) return undefined
    const begun = this.#places.begin()
    const leave = this.#leaving(begun)
    return (failure) => {
      // The call that it is beside may take long to fail of it, and others would be refused meanwhile.
      if (failure instanceof SourceFailure && failure.kind === 'too-many') this.tooMany(failure, begun)
      else if (failure === undefined) this.#places.succeeded(begun)
      leave()
    }
  }

  #leaving(begun: Begun): () => void {
    return () => {
      if (this.#places.end(begun)) this.#serve()
    }
  }

  /** A call went well (`ConnectionLimit.succeeded`). */
  succeeded(call?: Begun): void {
    this.#well()
    this.signIn.taken()
    this.#places.succeeded(call)
    this.#serve()
  }

  /** As `ConnectionLimit.tooMany`. */
  tooMany(failure?: SourceFailure, call?: Begun): void {
    this.#places.tooMany(failure, call)
  }

  /** The server is busy and does not say for how long. */
  busy(): void {
    this.#places.busy()
  }

  /** Lets in whose turn it is, and tells the others what they wait for. */
  #serve(): void {
    const now = this.#clock.now()
    let nextMs = Number.POSITIVE_INFINITY
    let isLimited = false
    for (const turn of [...this.#waiting]) {
      const ownMs = this.#waitMs(now)
      const { also } = turn
      if (ownMs > 0 || (also && !also.isTurnOf(turn, now))) {
        isLimited = true
        nextMs = Math.min(nextMs, Math.max(ownMs, also?.waitMs(now) ?? 0) || LOOK_MS)
        this.#waits(turn, 'speed limit', now)
      } else if (this.inUse >= this.limit) this.#waits(turn, 'connections all in use', now)
      else {
        this.#waits(turn, undefined, now)
        turn.go()
      }
    }
    // Many calls may wait for the same second.
    if (this.#limitedFrom !== undefined) this.noteIdle('speed limit', now - this.#limitedFrom)
    this.#limitedFrom = isLimited ? now : undefined
    this.#lookIn(isLimited ? Math.min(LOOK_MS, nextMs) : undefined, now)
  }

  #waits(turn: Turn, cause: IdleCause | undefined, now: number): void {
    if (turn.placeFrom !== undefined) this.noteIdle('connections all in use', now - turn.placeFrom)
    turn.placeFrom = cause === 'connections all in use' ? now : undefined
    if (cause !== undefined && cause !== turn.cause) turn.tell?.(cause)
    turn.cause = cause
  }

  /** The caps may have been changed by then: looked at anew each second. */
  #lookIn(ms: number | undefined, now: number): void {
    if (ms !== undefined && this.#timer !== undefined && this.#timer.at <= now + ms) return
    this.#timer?.stop.abort()
    this.#timer = undefined
    if (ms === undefined) return
    const timer = { at: now + ms, stop: new AbortController() }
    this.#timer = timer
    const look = () => {
      if (this.#timer !== timer) return
      this.#timer = undefined
      this.#serve()
    }
    this.#clock.sleep(Math.ceil(ms), timer.stop.signal).then(look, () => undefined)
  }

  /** Until its own rates allow the next call, in milliseconds. */
  #waitMs(now: number): number {
    const callsMs = this.#cap.callsPerSecond === undefined ? 0 : this.#callReadyAt - now
    return Math.max(callsMs, this.#pace.waitMs(now))
  }

  #takeTurn(now: number): void {
    const { callsPerSecond } = this.#cap
    if (callsPerSecond === undefined) return
    this.#callReadyAt = Math.max(now - BURST_MS, this.#callReadyAt) + 1000 / callsPerSecond
  }
}
