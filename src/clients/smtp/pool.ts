import PQueue from 'p-queue'
import { SmtpFailure } from './failure.ts'
import type { OutgoingMessage, RecipientResult } from './message.ts'
import type { SmtpClientSession } from './session.ts'

type PoolOptions = {
  /** Opens a new session; rejects with SmtpFailure. */
  open: (signal: AbortSignal | undefined) => Promise<SmtpClientSession>
  maxConnections: number
  /** An unused session is closed after this time. */
  idleMs: number
  /** A session that sent so many is closed, so that load spreads when servers come and go. */
  messagesPerConnection: number
}

type Idle = { session: SmtpClientSession; sent: number; timer: NodeJS.Timeout }

/** Sessions with one destination: at most `maxConnections`, used again while they last. */
export class SmtpPool {
  readonly #options: PoolOptions
  readonly #queue: PQueue
  readonly #idle: Idle[] = []
  #closed = false

  constructor(options: PoolOptions) {
    this.#options = options
    this.#queue = new PQueue({ concurrency: options.maxConnections })
  }

  /** Messages being sent or waiting for a session. */
  get load(): number {
    return this.#queue.pending + this.#queue.size
  }

  /** Sends when a session is free. Results as from a session; a session that cannot be had is a failure for all. */
  send(message: OutgoingMessage, signal?: AbortSignal): Promise<RecipientResult[]> {
    return this.#queue.add(() => this.#send(message, signal))
  }

  /** Lets sendings under way end and closes all sessions; later sendings fail. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#queue.onIdle()
    await Promise.all(
      this.#idle.splice(0).map(({ session, timer }) => {
        clearTimeout(timer)
        return session.quit()
      }),
    )
  }

  async #send(message: OutgoingMessage, signal: AbortSignal | undefined): Promise<RecipientResult[]> {
    const used = this.#takeIdle()
    if (used !== undefined) {
      const results = await this.#through(used, message, signal)
      if (!wasStale(results)) return results
    }
    try {
      if (this.#closed || signal?.aborted) throw new SmtpFailure('aborted', 'connect', 'Told to stop')
      const session = await this.#options.open(signal)
      return await this.#through({ session, sent: 0 }, message, signal)
    } catch (failure) {
      if (!(failure instanceof SmtpFailure)) throw failure
      return message.recipients.map(({ address }) => ({ address, outcome: { state: 'failed', failure } }))
    }
  }

  async #through(
    { session, sent }: Omit<Idle, 'timer'>,
    message: OutgoingMessage,
    signal: AbortSignal | undefined,
  ): Promise<RecipientResult[]> {
    const results = await session.send(message, signal)
    this.#putBack(session, sent + 1)
    return results
  }

  #takeIdle(): Omit<Idle, 'timer'> | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.timer)
      idle.session.setIdle(false)
      if (idle.session.isUsable) return idle
      idle.session.destroy()
    }
    return undefined
  }

  #putBack(session: SmtpClientSession, sent: number): void {
    if (!session.isUsable) {
      session.destroy()
      return
    }
    if (this.#closed || sent >= this.#options.messagesPerConnection) {
      void session.quit()
      return
    }
    session.setIdle(true)
    const idle: Idle = {
      session,
      sent,
      timer: setTimeout(() => {
        this.#idle.splice(this.#idle.indexOf(idle), 1)
        session.setIdle(false)
        void session.quit()
      }, this.#options.idleMs),
    }
    idle.timer.unref()
    this.#idle.push(idle)
  }
}

/** The server had closed an idle session before it heard of the message: nothing was sent, a new one may try. */
function wasStale(results: readonly RecipientResult[]): boolean {
  return results.every(({ outcome }) => {
    if (outcome.state !== 'failed') return false
    const { kind, phase, uncertain, reply } = outcome.failure
    const early = phase === 'mail' || phase === 'reset'
    return early && !uncertain && (kind === 'lost' || (kind === 'rejected' && reply?.code === 421))
  })
}
