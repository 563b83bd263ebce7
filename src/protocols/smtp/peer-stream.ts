import type { Duplex } from 'node:stream'
import { type Line, LineBuffer } from '#src/wire/smtp/line-buffer.ts'

/** The client went away, or the connection broke. Nobody is left to be answered. */
export class PeerGone extends Error {
  override readonly name = 'PeerGone'
}

/** The client kept us waiting for too long. */
export class PeerTooSlow extends Error {
  override readonly name = 'PeerTooSlow'
}

/** Replies to pipelined commands travel together (RFC 2920 §3.2), up to this many characters. */
const heldCharacters = 16_384

/**
 * The connection to one client: lines and octets in, replies out. Reads only when asked, so a fast client is held back
 * by TCP; waits for the client to take its replies, so one that never reads costs one buffer.
 */
export class PeerStream {
  readonly #buffer = new LineBuffer()
  #stream: Duplex
  #held = ''
  #broken = false
  #interrupted = false
  #waiting: (() => void) | undefined

  constructor(stream: Duplex) {
    this.#stream = stream
    this.#attach()
  }

  /** Octets that came and were not asked for yet; looks at the stream too. */
  get hasMore(): boolean {
    return this.#buffer.length > 0 || this.#pull()
  }

  /** The next line; replies held so far go out before anything is waited for. */
  async line(maxOctets: number, timeoutMs: number): Promise<Line | { kind: 'interrupted' }> {
    let until = 0
    for (;;) {
      const line = this.#buffer.next(maxOctets)
      if (line !== undefined) return line
      if (this.#interrupted) {
        this.#interrupted = false
        return { kind: 'interrupted' }
      }
      if (this.#pull()) continue
      await this.flush(timeoutMs)
      if (until === 0) until = performance.now() + timeoutMs
      if (this.#interrupted || this.#pull()) continue
      this.#requireOpen()
      await this.#event(until)
    }
  }

  /** The wait for a line ends, with nothing. */
  interrupt(): void {
    this.#interrupted = true
    this.#waiting?.()
  }

  /** Some octets, at most `maxOctets`. */
  async octets(maxOctets: number, timeoutMs: number): Promise<Uint8Array> {
    const until = performance.now() + timeoutMs
    for (;;) {
      const octets = this.#buffer.take(maxOctets)
      if (octets !== undefined) return octets
      if (this.#pull()) continue
      await this.flush(timeoutMs)
      await this.#readable(until)
    }
  }

  /** Octets that turned out to belong to what follows. */
  putBack(octets: Uint8Array): void {
    const rest = this.#buffer.take(Number.POSITIVE_INFINITY)
    this.#buffer.push(octets)
    if (rest !== undefined) this.#buffer.push(rest)
  }

  /** Holds the text for the next flush. */
  write(text: string): void {
    this.#held += text
  }

  get holdsMuch(): boolean {
    return this.#held.length > heldCharacters
  }

  async flush(timeoutMs: number): Promise<void> {
    if (this.#held === '') return
    this.#check()
    const taken = this.#stream.write(this.#held)
    this.#held = ''
    const until = performance.now() + timeoutMs
    while (!taken && this.#stream.writableNeedDrain) {
      this.#check()
      await this.#event(until)
    }
  }

  /**
   * Hands the stream to `secure` and goes on with what that gives. All the client sent in clear is dropped before: a
   * command sent behind STARTTLS by somebody in between must not be taken for one inside TLS.
   */
  async upgrade(secure: (stream: Duplex) => Promise<Duplex>): Promise<void> {
    while (this.#pull()) this.#buffer.clear()
    this.#buffer.clear()
    this.#detach()
    try {
      this.#stream = await secure(this.#stream)
    } finally {
      this.#attach()
    }
  }

  /** Sends what is held, closes, and waits a moment for the client to do the same, so that it can read the last reply. */
  async close(lingerMs: number): Promise<void> {
    const stream = this.#stream
    try {
      await this.flush(lingerMs)
      stream.end()
      const until = performance.now() + lingerMs
      while (!this.#gone()) {
        if (this.#pull()) this.#buffer.clear()
        await this.#event(until)
      }
    } catch {
      // Gone already, or too slow: there is nobody to be polite to.
    } finally {
      this.destroy()
    }
  }

  destroy(): void {
    this.#stream.destroy()
    this.#buffer.clear()
  }

  /** Moves what the stream has into the buffer. */
  #pull(): boolean {
    const chunk: Uint8Array | null = this.#broken ? null : this.#stream.read()
    if (chunk === null || chunk.length === 0) return false
    this.#buffer.push(chunk)
    return true
  }

  async #readable(until: number): Promise<void> {
    while (!this.#pull()) {
      this.#requireOpen()
      await this.#event(until)
    }
  }

  #requireOpen(): void {
    if (this.#gone()) throw new PeerGone('The client closed the connection')
  }

  #gone(): boolean {
    return this.#broken || this.#stream.destroyed || this.#stream.readableEnded
  }

  #check(): void {
    if (this.#broken || this.#stream.destroyed || !this.#stream.writable)
      throw new PeerGone('The client closed the connection')
  }

  /** Until the stream has anything to say. Whoever waits looks for itself what it was. */
  #event(until: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = () => {
        this.#waiting = undefined
        reject(new PeerTooSlow('The client was too slow'))
      }
      const leftMs = until - performance.now()
      // A timer of no time could lose to a client that never stops sending.
      if (leftMs <= 0) return late()
      const timer = setTimeout(late, leftMs)
      this.#waiting = () => {
        clearTimeout(timer)
        this.#waiting = undefined
        resolve()
      }
    })
  }

  readonly #wake = () => this.#waiting?.()

  readonly #break = () => {
    this.#broken = true
    this.#waiting?.()
  }

  #attach(): void {
    for (const event of ['readable', 'end', 'drain', 'close']) this.#stream.on(event, this.#wake)
    this.#stream.on('error', this.#break)
  }

  #detach(): void {
    for (const event of ['readable', 'end', 'drain', 'close']) this.#stream.off(event, this.#wake)
    // Errors of the stream below keep a listener: without one they would end the process.
  }
}
