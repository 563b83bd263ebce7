import { setTimeout as pause } from 'node:timers/promises'
import PQueue from 'p-queue'
import { attemptDelivery, countedAsSlow, failedHere } from '#src/domain/delivery/queue-attempt.ts'
import { type Settled, type SettlementDeps, settleAttempt } from '#src/domain/delivery/queue-settlement.ts'
import type { Lease } from '#src/domain/delivery/store.ts'
import type { AttemptResult, MailTransport } from '#src/domain/delivery/transport.ts'
import { Refusal } from '#src/domain/refusal.ts'

export type QueueDelivery = SettlementDeps & {
  transport: MailTransport
  /** Deliveries at once, over the whole service and to one destination of an organisation. */
  concurrency: number
  perDestination: number
  /** How long one delivery may take; then its connection is cut. Its lease lasts a little longer. */
  attemptMs: number
  /** Told of trouble that is got over by trying again. */
  trouble: (message: string, error: unknown) => void
}

/** What was done since the start, in recipients but for `attempts`. For `landbridge status` and metrics. */
export type DeliveryNumbers = {
  /** Deliveries under way. */
  running: number
  attempts: number
  delivered: number
  postponed: number
  failed: number
  /** Reported to their senders, one message each. */
  reports: number
  /** May have been delivered though they were tried again: the reply was lost. */
  uncertain: number
  /** Held by a process that ended without a word: as uncertain as those. */
  interrupted: number
  /** Attempts whose end could not be written down before the lease ended. */
  unsettled: number
}

/** A lease outlasts its attempt by this, in which its end is written down. */
const SETTLE_MS = 10 * 60_000
/** Waits between tries to write down the end of an attempt, and after the store would not lease. */
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 60_000
/** Node's timers take no more than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Empties the queue: wakes when something is queued, falls due, or a delivery ends, and otherwise does nothing. `start` frees
 * what the process before this one held. After `stop` nothing new begins; what is under way may end until `signal` aborts, then
 * it is cut off and given back.
 */
export class QueueDeliveries {
  readonly #deps: QueueDelivery
  readonly #running: PQueue
  readonly #busy = new Map<string, number>()
  readonly #cutOff = new AbortController()
  readonly #numbers = {
    attempts: 0,
    delivered: 0,
    postponed: 0,
    failed: 0,
    reports: 0,
    uncertain: 0,
    interrupted: 0,
    unsettled: 0,
  }
  #stopWatching: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #taking: Promise<void> | undefined
  #again = false
  #stopped = false
  #failures = 0

  constructor(deps: QueueDelivery) {
    this.#deps = deps
    this.#running = new PQueue({ concurrency: deps.concurrency })
    // Each delivery that has ended leaves room for another.
    this.#running.addEventListener('next', () => this.#wake())
  }

  get numbers(): DeliveryNumbers {
    return { running: this.#load, ...this.#numbers }
  }

  async start(): Promise<void> {
    const { queue } = this.#deps.store
    this.#numbers.interrupted = await queue.freeLeases()
    this.#stopWatching = queue.watch(() => this.#wake())
    this.#wake()
  }

  async stop(signal: AbortSignal): Promise<void> {
    this.#stopped = true
    this.#stopWatching?.()
    clearTimeout(this.#timer)
    const cut = () => this.#cutOff.abort(new Error('The service is stopping'))
    if (signal.aborted) cut()
    else signal.addEventListener('abort', cut, { once: true })
    await this.#taking
    await this.#running.onIdle()
    signal.removeEventListener('abort', cut)
  }

  get #load(): number {
    return this.#running.pending + this.#running.size
  }

  /** One look at the queue at a time; who comes meanwhile is served by another one after it. */
  #wake(): void {
    if (this.#stopped) return
    this.#again = true
    this.#taking ??= this.#takeAll().finally(() => {
      this.#taking = undefined
      if (this.#again) this.#wake()
    })
  }

  async #takeAll(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      try {
        await this.#take()
        this.#failures = 0
      } catch (error) {
        this.#deps.trouble('The queue could not be read; it is tried again.', error)
        this.#wakeAfter(waitAfter(this.#failures++))
        return
      }
    }
  }

  async #take(): Promise<void> {
    const { store, concurrency, perDestination, attemptMs } = this.#deps
    const limit = concurrency - this.#load
    // The end of a delivery wakes us.
    if (limit <= 0) return
    const now = this.#deps.now()
    const leases = await store.queue.lease({
      now,
      untilMs: now + attemptMs + SETTLE_MS,
      limit,
      perRoute: perDestination,
      busy: this.#busy,
    })
    for (const lease of leases) {
      this.#count(lease.destination, 1)
      void this.#running.add(() => this.#run(lease))
    }
    if (leases.length === limit) return
    const next = await store.queue.nextDueAt(now)
    if (next !== null) this.#wakeAfter(next - now)
  }

  #wakeAfter(ms: number): void {
    clearTimeout(this.#timer)
    if (this.#stopped) return
    this.#timer = setTimeout(() => this.#wake(), Math.max(1, Math.min(ms, LONGEST_TIMER_MS)))
    this.#timer.unref()
  }

  #count(destination: string, change: number): void {
    const load = (this.#busy.get(destination) ?? 0) + change
    if (load > 0) this.#busy.set(destination, load)
    else this.#busy.delete(destination)
  }

  async #run(lease: Lease): Promise<void> {
    const until = this.#deps.now() + this.#deps.attemptMs + SETTLE_MS
    try {
      this.#numbers.attempts++
      const settled = await this.#settle(lease, await this.#attempt(lease), until)
      if (settled) this.#add(settled)
    } finally {
      this.#count(lease.destination, -1)
    }
  }

  #add({ delivered, postponed, failed, uncertain, reported }: Settled): void {
    this.#numbers.delivered += delivered
    this.#numbers.postponed += postponed
    this.#numbers.failed += failed
    this.#numbers.uncertain += uncertain
    if (reported) this.#numbers.reports++
  }

  async #attempt(lease: Lease): Promise<readonly AttemptResult[]> {
    const { attemptMs, trouble } = this.#deps
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(new Error('The delivery took too long')), attemptMs)
    try {
      const signal = AbortSignal.any([this.#cutOff.signal, late.signal])
      const results = await attemptDelivery(this.#deps, lease, signal)
      // Cut off for its slowness, not because we stop: that counts.
      return late.signal.aborted && !this.#cutOff.signal.aborted ? results.map(countedAsSlow) : results
    } catch (error) {
      if (this.#cutOff.signal.aborted) return []
      trouble(
        `The delivery of message ${lease.message.id} failed for a reason of our own; it is tried again.`,
        error,
      )
      return lease.recipients.map(({ no }) => failedHere(no))
    } finally {
      clearTimeout(timer)
    }
  }

  /** Tries until the lease ends: what was delivered must not be delivered again for want of a note. */
  async #settle(
    lease: Lease,
    results: readonly AttemptResult[],
    until: number,
  ): Promise<Settled | undefined> {
    const { now, trouble } = this.#deps
    for (let failures = 0; ; failures++) {
      try {
        return await settleAttempt(this.#deps, lease, results)
      } catch (error) {
        const lost = error instanceof Refusal && error.reason === 'wrong-state'
        const wait = waitAfter(failures)
        if (lost || this.#cutOff.signal.aborted || now() + wait > until) {
          if (results.some(({ outcome }) => outcome !== 'stopped')) this.#numbers.unsettled++
          trouble(
            `The end of a delivery of message ${lease.message.id} could not be written down; recipients may get it twice.`,
            error,
          )
          return undefined
        }
        if (failures === 0)
          trouble(`The end of a delivery of message ${lease.message.id} is written down later.`, error)
        await this.#pause(wait)
      }
    }
  }

  #pause(ms: number): Promise<void> {
    // A stop that cannot wait ends it early.
    return pause(ms, undefined, { signal: this.#cutOff.signal }).catch(() => undefined)
  }
}

const waitAfter = (failures: number): number => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures)
