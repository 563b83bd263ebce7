import type { IncomingMessage } from 'node:http'
import { giveBack } from '#src/base/give-back.ts'
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
  #isPassing = false
  /** Of a passing body: the piece that its reader has. */
  readonly #lent: Uint8Array[] = []
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

  /**
   * For a reader that keeps nothing of a piece: it is empty once the next is asked for. Of a large answer the collector would
   * else look through everything that the program holds, for each 64 MB.
   */
  passing(): this {
    // What comes unpacked lies in memory of zlib.
    this.#isPassing = this.#response.headers['content-encoding'] !== 'gzip'
    return this
  }

  next(): Promise<Next> {
    giveBack(this.#lent)
    this.#lent.length = 0
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
    if (this.#isPassing) this.#lent[0] = next.value
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
