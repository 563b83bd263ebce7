import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { finished } from 'node:stream'
import { giveBack } from '#src/base/give-back.ts'
import { isWindow, takeBody } from './read-window.ts'

/** Octets that wait for their reader before the server is made to wait. */
const MOST_WAITING = 256 * 1024

type Next = IteratorResult<Uint8Array, undefined>
type Asked = { resolve: (next: Next) => void; reject: (error: Error) => void }
/** Is given each piece as it arrives, which is overwritten when the call is over; what it answers is waited for before the next. */
export type TakePiece = (octets: Uint8Array) => Promise<void> | undefined
type Flow = {
  take: TakePiece
  resolve: (failure: Error | undefined) => void
  reject: (error: unknown) => void
}

const END: Next = { done: true, value: undefined }

/**
 * The body of an answer in the pieces that came, each in memory of its own. To take them as events, past the iterators of
 * streams and generators, costs half; as a flow, where they lie, half again. Rejects once with what ended the answer before its end;
 * whoever leaves early ends the connection.
 */
export class Arriving implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #response: IncomingMessage
  readonly #waiting: Uint8Array[] = []
  readonly #asked: Asked[] = []
  #waitingBytes = 0
  #flow: Flow | undefined
  /** Who takes the flow is not done with the piece before. */
  #rests = false
  #begun = false
  /** What makes the server wait: the answer, or its connection where the pieces come past the answer (`takeBody`). */
  readonly #paused: IncomingMessage | Socket
  #isOver = false
  #failure: Error | undefined

  /** As soon as there is an answer, before any of its body was read. */
  constructor(response: IncomingMessage) {
    this.#response = response
    const isPlain = response.headers['content-encoding'] === undefined
    const isPast = isPlain && takeBody(response, (octets) => this.#take(octets))
    // Of an answer that is complete Node takes the connection away.
    this.#paused = isPast ? response.socket : response
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<Next> {
    if (!this.#begun) this.#begin()
    const piece = this.#shift()
    if (piece !== undefined) return Promise.resolve({ done: false, value: piece })
    if (!this.#isOver) return new Promise((resolve, reject) => this.#asked.push({ resolve, reject }))
    const failure = this.#failure
    this.#failure = undefined
    return failure === undefined ? Promise.resolve(END) : Promise.reject(failure)
  }

  /**
   * The rest of the body, each piece as soon as it is there. Answers what ended the answer before its end, and rejects with what
   * `take` throws.
   */
  flow(take: TakePiece): Promise<Error | undefined> {
    return new Promise((resolve, reject) => {
      this.#flow = { take, resolve, reject }
      if (!this.#begun) this.#begin()
      this.#goOn()
    })
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
    this.#response.on('data', (piece: Buffer) => this.#take(piece))
  }

  #take(piece: Uint8Array): void {
    if (this.#isOver) return
    if (this.#flow !== undefined && !this.#rests && this.#waiting.length === 0) {
      this.#hand(this.#flow, piece)
      return
    }
    const kept = isWindow(piece) ? Buffer.from(piece) : piece
    const asked = this.#asked.shift()
    if (asked !== undefined) {
      asked.resolve({ done: false, value: kept })
      return
    }
    this.#waiting.push(kept)
    this.#waitingBytes += kept.length
    if (this.#waitingBytes >= MOST_WAITING) this.#paused.pause()
  }

  #shift(): Uint8Array | undefined {
    const piece = this.#waiting.shift()
    if (piece === undefined) return undefined
    this.#waitingBytes -= piece.length
    if (this.#waitingBytes === 0 && this.#paused.isPaused()) this.#paused.resume()
    return piece
  }

  #hand(flow: Flow, piece: Uint8Array): void {
    try {
      const done = flow.take(piece)
      if (done !== undefined) {
        this.#rests = true
        done.then(
          () => {
            this.#rests = false
            this.#goOn()
          },
          (error: unknown) => this.#left(flow, error),
        )
      }
      if (!isWindow(piece)) giveBack([piece])
    } catch (error) {
      this.#left(flow, error)
    }
  }

  #left({ reject }: Flow, error: unknown): void {
    this.#flow = undefined
    this.return()
    reject(error)
  }

  /** What waits flows on, and the end when all of it came. */
  #goOn(): void {
    while (this.#flow !== undefined && !this.#rests) {
      const piece = this.#shift()
      if (piece === undefined) break
      this.#hand(this.#flow, piece)
    }
    if (this.#flow === undefined || this.#rests || !this.#isOver || this.#waiting.length > 0) return
    const { resolve } = this.#flow
    this.#flow = undefined
    const failure = this.#failure
    this.#failure = undefined
    resolve(failure)
  }

  #end(failure: Error | undefined): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#failure = failure
    for (const { resolve, reject } of this.#asked.splice(0)) this.next().then(resolve, reject)
    this.#goOn()
  }
}
