import type { IncomingMessage } from 'node:http'
import { Arriving } from './arriving.ts'
import { HttpsFailure } from './https-failure.ts'
import { unpacked } from './unpacked.ts'

type Next = IteratorResult<Uint8Array, undefined>
type Limits = { mostOctets: number; failed: (error: unknown) => HttpsFailure }

/** The body of an answer, decompressed, at most so many octets. */
export class AnswerBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #response: IncomingMessage
  readonly #pieces: AsyncIterator<Uint8Array, undefined>
  readonly #limits: Limits
  #taken = 0
  #over: (() => void) | undefined

  constructor(response: IncomingMessage, limits: Limits) {
    const arriving = new Arriving(response)
    this.#response = response
    this.#pieces = response.headers['content-encoding'] === 'gzip' ? unpacked(arriving) : arriving
    this.#limits = limits
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Called once nobody reads it any more: it ended, failed or was left. */
  whenOver(told: () => void): void {
    this.#over = told
  }

  next(): Promise<Next> {
    return this.#pieces.next().then(this.#checked, this.#broken)
  }

  async return(): Promise<Next> {
    try {
      await this.#pieces.return?.()
    } finally {
      this.#end()
    }
    return { done: true, value: undefined }
  }

  readonly #checked = (next: Next): Next | Promise<Next> => {
    if (next.done) {
      this.#end()
      return next
    }
    this.#taken += next.value.length
    const { mostOctets } = this.#limits
    if (this.#taken <= mostOctets) return next
    const failure = new HttpsFailure('protocol', `The answer is longer than ${mostOctets} octets.`)
    return this.return().then(() => Promise.reject(failure))
  }

  readonly #broken = (error: unknown): never => {
    const failure = this.#limits.failed(error)
    this.#end()
    throw failure
  }

  #end(): void {
    // Whole or not: a connection has no next answer before this one was taken to its end.
    if (!this.#response.readableEnded) this.#response.destroy()
    this.#over?.()
    this.#over = undefined
  }
}
