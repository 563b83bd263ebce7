import { type ChildProcess, fork } from 'node:child_process'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import type { TokenAnswer, TokenCall, TokenRequest } from './token-process.ts'
import type { TokenPlace } from './token-trouble.ts'

type TokenLinkOptions = TokenPlace & {
  /** Reads the PIN; called whenever the token's process is started. */
  readPin: () => Promise<string>
  /** Longest time from a call to its answer, waiting in line included. */
  timeoutMs: number
  /** Environment for the module (SOFTHSM2_CONF and the like). */
  environment: NodeJS.ProcessEnv
}

/** The wrapped key does not open, although token and key are well. */
export class SealDoesNotOpen extends Error {}

const mostWaiting = 10_000
/** After the token could not be opened, calls within this time get the same answer without another try. */
const restMs = 1_000

/**
 * Calls to a PKCS#11 token, one after the other, in a process of their own: C calls block, may hang for ever
 * and may crash, and only a process can be ended whatever it is doing. It starts with the first call. When the
 * token's side fails, a new process tries once more within the same time.
 */
export class TokenLink {
  readonly #options: TokenLinkOptions
  #process: ChildProcess | undefined
  #tail: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #resting: { until: number; trouble: KeyUnavailable } | undefined
  #refusedPin: string | undefined
  #closed = false

  constructor(options: TokenLinkOptions) {
    this.#options = options
  }

  /** What TokenKeys answers. Rejects with KeyUnavailable, or SealDoesNotOpen. `again`: the call may be repeated. */
  async call(call: TokenCall, again: boolean): Promise<unknown> {
    if (this.#closed) throw this.#unreachable('is closed')
    if (this.#waiting >= mostWaiting) throw this.#unreachable('is too busy')
    const deadline = performance.now() + this.#options.timeoutMs
    this.#waiting++
    const result = this.#tail.then(() => this.#attempt(call, again, deadline))
    this.#tail = result.catch(() => {}).finally(() => this.#waiting--)
    return result
  }

  /** Ends the process once the calls under way are answered. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#tail
    this.#stop()
  }

  async #attempt(call: TokenCall, again: boolean, deadline: number): Promise<unknown> {
    const wasRunning = this.#process?.connected === true
    // Who stood in line behind a hang has no time left for a new process; starting one only to kill it helps nobody.
    const needMs = wasRunning ? 0 : this.#options.timeoutMs / 4
    if (deadline - performance.now() <= needMs) throw this.#unreachable('kept this call waiting too long')
    try {
      if (!wasRunning) await this.#start(deadline)
      return await this.#exchange(call, deadline)
    } catch (error) {
      if (!(error instanceof KeyUnavailable) || error.reason !== 'unreachable') throw error
      // A session may have died with its token; only a new process finds that out (C_Initialize lists slots anew).
      this.#stop()
      if (!wasRunning || !again || error instanceof TooLate) throw error
      return this.#attempt(call, false, deadline)
    }
  }

  async #start(deadline: number): Promise<void> {
    if (this.#resting && performance.now() < this.#resting.until) throw this.#resting.trouble
    const { module, token, environment } = this.#options
    try {
      const pin = await this.#options.readPin()
      if (pin === this.#refusedPin) {
        const remedy =
          'Correct it, or restart the service to try it again; a wrong PIN tried often locks the token.'
        throw new KeyUnavailable('denied', `Token "${token}" refused this PIN. ${remedy}`)
      }
      const started = fork(new URL('./token-process.ts', import.meta.url), [], {
        env: environment,
        execArgv: [],
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
      this.#process = started
      // A start that fails is an 'error' event; the exchange hears of it.
      started.on('error', () => {})
      started.unref()
      try {
        await this.#exchange({ verb: 'start', module, token, pin }, deadline)
      } catch (error) {
        if (error instanceof PinRefused) this.#refusedPin = pin
        throw error
      }
      this.#refusedPin = undefined
      this.#resting = undefined
    } catch (error) {
      this.#stop()
      // A timeout says nothing about the next call: it may have had little time left.
      if (error instanceof KeyUnavailable && !(error instanceof TooLate)) {
        this.#resting = { until: performance.now() + restMs, trouble: error }
      }
      throw error
    }
  }

  async #exchange(request: TokenRequest, deadline: number): Promise<unknown> {
    const child = this.#process!
    const seconds = this.#options.timeoutMs / 1000
    const answer = await new Promise<TokenAnswer>((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer)
        child.off('message', hear).off('exit', exited).off('error', failed)
        child.channel?.unref()
        settle()
      }
      const hear = (message: unknown) => end(() => resolve(message as TokenAnswer))
      const exited = () => end(() => reject(this.#unreachable('crashed its process')))
      const failed = () => end(() => reject(this.#unreachable('could not be given a process')))
      const timer = setTimeout(
        () =>
          end(() =>
            reject(new TooLate('unreachable', this.#sentence(`did not answer within ${seconds} seconds`))),
          ),
        Math.max(1, deadline - performance.now()),
      )
      child.channel?.ref()
      child.on('message', hear).on('exit', exited).on('error', failed)
      child.send(request, (error) => error && failed())
    })
    if ('value' in answer) return answer.value
    if ('broken' in answer) throw new SealDoesNotOpen()
    if ('fault' in answer) throw new Error(`The token's process failed: ${answer.fault}`)
    const { reason, message, pinRefused } = answer.trouble
    throw pinRefused ? new PinRefused(reason, message) : new KeyUnavailable(reason, message)
  }

  /** Nobody waits for its end: a process stuck in a driver ends when the driver lets it. */
  #stop(): void {
    this.#process?.kill('SIGKILL')
    this.#process = undefined
  }

  #unreachable(what: string): KeyUnavailable {
    return new KeyUnavailable('unreachable', this.#sentence(what))
  }

  #sentence(what: string): string {
    const { token, module } = this.#options
    return `Token "${token}" ${what}. Check ${module} and what it talks to.`
  }
}

/** The PIN was tried and found wrong. */
class PinRefused extends KeyUnavailable {}
/** The time of the call was over. */
class TooLate extends KeyUnavailable {}
