import type { IncomingMessage } from 'node:http'
import { finished } from 'node:stream'
import { isWindow } from './read-window.ts'

/** Octets that wait for their reader before the server is made to wait. */
const MOST_WAITING = 256 * 1024

type Next = IteratorResult<Uint8Array, undefined>
type Asked = { resolve: (next: Next) => void; reject: (error: Error) => void }

const END: Next = { done: true, value: undefined }

/**
 * The body of an answer in the pieces that came, each in memory of its own. To take them as events, past the iterators of
 * streams and generators, costs half. Rejects once with what ended the answer before its end; whoever leaves early ends the
 * connection.
 */
export class Arriving implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #response: IncomingMessage
  readonly #waiting: Uint8Array[] = []
  readonly #asked: Asked[] = []
  #waitingBytes = 0
  #begun = false
  #isOver = false
  #failure: Error | undefined

  constructor(response: IncomingMessage) {
    this.#response = response
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<Next> {
    if (!this.#begun) this.#begin()
    const piece = this.#waiting.shift()
    if (piece !== undefined) {
      this.#waitingBytes -= piece.length
      if (this.#waitingBytes === 0 && this.#response.isPaused()) this.#response.resume()
      return Promise.resolve({ done: false, value: piece })
    }
    if (!this.#isOver) return new Promise((resolve, reject) => this.#asked.push({ resolve, reject }))
    const failure = this.#failure
    this.#failure = undefined
    return failure === undefined ? Promise.resolve(END) : Promise.reject(failure)
  }

  return(): Promise<Next> {
    this.#waiting.length = 0
    this.#failure = undefined
    if (!this.#isOver) {
      this.#isOver = true
      this.#response.destroy()
    }
    for (const { resolve } of this.#asked.splice(0)) resolve(END)
    return Promise.resolve(END)
  }

  #begin(): void {
    this.#begun = true
    finished(this.#response, { writable: false }, (error) => this.#end(error ?? undefined))
    this.#response.on('data', (piece: Buffer) => this.#take(isWindow(piece) ? Buffer.from(piece) : piece))
  }

  #take(piece: Uint8Array): void {
    if (this.#isOver) return
    const asked = this.#asked.shift()
    if (asked !== undefined) {
      asked.resolve({ done: false, value: piece })
      return
    }
    this.#waiting.push(piece)
    this.#waitingBytes += piece.length
    if (this.#waitingBytes >= MOST_WAITING) this.#response.pause()
  }

  #end(failure: Error | undefined): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#failure = failure
    for (const { resolve, reject } of this.#asked.splice(0)) this.next().then(resolve, reject)
  }
}
