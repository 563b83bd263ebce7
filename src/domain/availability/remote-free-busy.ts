import {
  type FreeBusyAnswer,
  type FreeBusyFailure,
  type FreeBusyQuestion,
  type FreeBusySource,
  FreeBusyTrouble,
} from './free-busy-source.ts'

/** What interop 2.4 settles on; the tests turn them down. */
type RemoteLimits = {
  addressesAtOnce: number
  questionsAtOnce: number
  deadlineMs: number
  freshMs: number
  /** An old answer is better than none while the other system fails. */
  staleMs: number
  failedMs: number
  /** So many failures within a minute, and it is left alone for `openMs`. */
  failuresToOpen: number
  openMs: number
  answersKept: number
}

export const REMOTE_LIMITS: RemoteLimits = {
  addressesAtOnce: 50,
  questionsAtOnce: 4,
  deadlineMs: 12_000,
  freshMs: 60_000,
  staleMs: 600_000,
  failedMs: 30_000,
  failuresToOpen: 5,
  openMs: 30_000,
  answersKept: 20_000,
}

type Kept = { answer: FreeBusyAnswer; at: number }
type Asked = Omit<FreeBusyQuestion, 'addresses'>
type Batch = { asked: Asked; addresses: string[]; tell: ((answer: FreeBusyAnswer) => void)[] }

/** Addresses of one request are looked up one by one here, and asked about together there. */
const GATHER_MS = 4
const DAY_MS = 86_400_000

/**
 * One other system, asked with care: in batches, a few at a time, with a deadline, remembering answers for a minute and
 * leaving it alone while it fails. One slow or dead mailbox never spoils the others' answers (FBI-05).
 */
export class RemoteFreeBusy {
  readonly #source: FreeBusySource
  readonly #limits: RemoteLimits
  readonly #now: () => number
  readonly #kept = new Map<string, Kept>()
  readonly #under = new Map<string, Promise<FreeBusyAnswer>>()
  readonly #gathering = new Map<string, Batch>()
  readonly #waiting: (() => void)[] = []
  #running = 0
  #failures: number[] = []
  #closedUntil = 0

  constructor(source: FreeBusySource, limits: RemoteLimits = REMOTE_LIMITS, now: () => number = Date.now) {
    this.#source = source
    this.#limits = limits
    this.#now = now
  }

  get name(): string {
    return this.#source.name
  }

  /**
   * An answer for every address, in order. Never rejects. Questions of the same moment are asked together, for whole days of
   * UTC, so that no change of a clock matters and the next question is answered from memory.
   */
  async ask({ addresses, from, to, ...rest }: FreeBusyQuestion): Promise<FreeBusyAnswer[]> {
    const asked = { ...rest, from: Math.floor(from / DAY_MS) * DAY_MS, to: Math.ceil(to / DAY_MS) * DAY_MS }
    const answers = await Promise.all(
      addresses.map((address) => {
        const key = this.#keyOf(address, asked)
        return this.#fresh(key) ?? this.#under.get(key) ?? this.#gather(key, address, asked)
      }),
    )
    return answers.map((answer, at) => within({ ...answer, address: addresses[at]! }, from, to))
  }

  /** Questions whose answers are the same. */
  #keyOf(address: string, { from, to, detailed, requester }: Asked): string {
    const asker = this.#source.personal ? (requester?.email.toLowerCase() ?? '') : ''
    return `${from} ${to} ${detailed} ${asker} ${address.toLowerCase()}`
  }

  #gather(key: string, address: string, asked: Asked): Promise<FreeBusyAnswer> {
    const window = this.#keyOf('', asked)
    let batch = this.#gathering.get(window)
    if (batch === undefined) {
      batch = { asked, addresses: [], tell: [] }
      this.#gathering.set(window, batch)
      setTimeout(() => this.#ask(window), GATHER_MS)
    }
    const { addresses, tell } = batch
    addresses.push(address)
    const answer = new Promise<FreeBusyAnswer>((told) => tell.push(told)).then((one) => this.#keep(key, one))
    this.#under.set(key, answer)
    answer.finally(() => this.#under.delete(key)).catch(() => undefined)
    if (addresses.length >= this.#limits.addressesAtOnce) this.#ask(window)
    return answer
  }

  #ask(window: string): void {
    const batch = this.#gathering.get(window)
    if (batch === undefined) return
    this.#gathering.delete(window)
    this.#askOnce(batch.addresses, batch.asked).then((answers) => {
      for (const [at, tell] of batch.tell.entries()) tell(answers[at]!)
    })
  }

  #fresh(key: string): FreeBusyAnswer | undefined {
    const kept = this.#kept.get(key)
    if (kept === undefined) return undefined
    const life = 'failure' in kept.answer ? this.#limits.failedMs : this.#limits.freshMs
    return this.#now() - kept.at < life ? kept.answer : undefined
  }

  /** Keeps a new answer, or gives a known one for as long as the other system fails as a whole. */
  #keep(key: string, answer: FreeBusyAnswer): FreeBusyAnswer {
    const before = this.#kept.get(key)
    const passing = 'failure' in answer && passes.has(answer.failure.reason)
    if (passing && before && 'freeBusy' in before.answer && this.#now() - before.at < this.#limits.staleMs)
      return before.answer
    this.#kept.delete(key)
    if (this.#kept.size >= this.#limits.answersKept) this.#kept.delete(this.#kept.keys().next().value!)
    this.#kept.set(key, { answer, at: this.#now() })
    return answer
  }

  async #askOnce(addresses: readonly string[], asked: Asked): Promise<readonly FreeBusyAnswer[]> {
    const all = (failure: FreeBusyFailure): FreeBusyAnswer[] =>
      addresses.map((address) => ({ address, failure }))
    if (this.#now() < this.#closedUntil)
      return all({
        reason: 'unreachable',
        message: `${this.name} failed several times in a row and is left alone for a moment.`,
      })
    await this.#turn()
    const deadline = AbortSignal.timeout(this.#limits.deadlineMs)
    try {
      const answers = await inTime(this.#source.ask({ addresses, ...asked }, deadline), deadline)
      this.#failures = []
      return addresses.map(
        (address, at) =>
          answers[at] ?? {
            address,
            failure: { reason: 'peer-failed', message: `${this.name} gave no answer for ${address}.` },
          },
      )
    } catch (error) {
      return all(this.#troubled(error, deadline))
    } finally {
      this.#running--
      this.#waiting.shift()?.()
    }
  }

  async #turn(): Promise<void> {
    if (this.#running >= this.#limits.questionsAtOnce) await new Promise<void>((go) => this.#waiting.push(go))
    this.#running++
  }

  #troubled(error: unknown, deadline: AbortSignal): FreeBusyFailure {
    const failure: FreeBusyFailure =
      error instanceof FreeBusyTrouble
        ? error.failure
        : deadline.aborted
          ? {
              reason: 'timeout',
              message: `${this.name} did not answer within ${this.#limits.deadlineMs / 1_000} seconds.`,
            }
          : { reason: 'peer-failed', message: `${this.name} could not be asked: ${(error as Error).message}` }
    const now = this.#now()
    this.#failures = [...this.#failures.filter((at) => now - at < 60_000), now]
    if (error instanceof FreeBusyTrouble && error.backOffMs !== null)
      this.#closedUntil = now + error.backOffMs
    // Wrong credentials, asked again for each mailbox, lock the account on the other side (interop 2.3).
    else if (failure.reason === 'credentials' || this.#failures.length >= this.#limits.failuresToOpen)
      this.#closedUntil = now + this.#limits.openMs
    return failure
  }
}

function within(answer: FreeBusyAnswer, from: number, to: number): FreeBusyAnswer {
  if (!('freeBusy' in answer)) return answer
  const times = answer.freeBusy.times.filter(({ startMs, endMs }) => startMs < to && endMs > from)
  return { ...answer, freeBusy: { ...answer.freeBusy, times } }
}

const passes = new Set(['timeout', 'unreachable', 'busy', 'credentials', 'peer-failed'])

async function inTime<T>(doing: Promise<T>, signal: AbortSignal): Promise<T> {
  doing.catch(() => undefined)
  return Promise.race([
    doing,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    }),
  ])
}
