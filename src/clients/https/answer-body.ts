import type { IncomingMessage } from 'node:http'
import { Arriving, type TakePiece } from './arriving.ts'
import { HttpsFailure } from './https-failure.ts'
import { unpacked } from './unpacked.ts'

type Next = IteratorResult<Uint8Array, undefined>
type Limits = { mostOctets: number; failed: (error: unknown) => HttpsFailure }

/** The body of an answer, decompressed, at most so many octets. */
export class AnswerBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #response: IncomingMessage
  readonly #arriving: Arriving
  readonly #pieces: AsyncIterator<Uint8Array, undefined>
  readonly #limits: Limits
  #taken = 0
  #over: (() => void) | undefined

  constructor(response: IncomingMessage, limits: Limits) {
    this.#response = response
    this.#arriving = new Arriving(response)
    this.#pieces = response.headers['content-encoding'] === 'gzip' ? unpacked(this.#arriving) : this.#arriving
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
   * For a reader that keeps nothing of a piece: `take` is called with each as it arrives, and waited for where it answers something.
   * In memory of their own, the collector would look through everything that the program holds for each 64 MB of them.
   */
  async flow(take: TakePiece): Promise<void> {
    if (this.#pieces !== this.#arriving) {
      for await (const piece of this) await take(piece)
      return
    }
    try {
      const broken = await this.#arriving.flow((piece) => {
        this.#count(piece)
        return take(piece)
      })
      if (broken !== undefined) throw this.#limits.failed(broken)
    } finally {
      this.#end()
    }
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
    try {
      this.#count(next.value)
      return next
    } catch (failure) {
      return this.return().then(() => Promise.reject(failure))
    }
  }

  #count({ length }: Uint8Array): void {
    this.#taken += length
    const { mostOctets } = this.#limits
    if (this.#taken > mostOctets)
      throw new HttpsFailure('protocol', `The answer is longer than ${mostOctets} octets.`)
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
