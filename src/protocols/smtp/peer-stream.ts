import type { Duplex } from 'node:stream'
import { type Line, LineBuffer } from '#src/wire/smtp/line-buffer.ts'
import { PeerConnection } from '../peer-connection.ts'

/** The connection to one client: lines and octets in, replies out. */
export class PeerStream {
  readonly #buffer = new LineBuffer()
  readonly #connection: PeerConnection
  #interrupted = false

  constructor(stream: Duplex) {
    this.#connection = new PeerConnection(stream)
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
      this.#connection.requireOpen()
      await this.#connection.event(until)
    }
  }

  /** The wait for a line ends, with nothing. */
  interrupt(): void {
    this.#interrupted = true
    this.#connection.wake()
  }

  /** Some octets, at most `maxOctets`. */
  async octets(maxOctets: number, timeoutMs: number): Promise<Uint8Array> {
    const until = performance.now() + timeoutMs
    for (;;) {
      const octets = this.#buffer.take(maxOctets)
      if (octets !== undefined) return octets
      if (this.#pull()) continue
      await this.flush(timeoutMs)
      while (!this.#pull()) {
        this.#connection.requireOpen()
        await this.#connection.event(until)
      }
    }
  }

  /** Octets that turned out to belong to what follows. */
  putBack(octets: Uint8Array): void {
    const rest = this.#buffer.take(Number.POSITIVE_INFINITY)
    this.#buffer.push(octets)
    if (rest !== undefined) this.#buffer.push(rest)
  }

  /** Holds the text for the next flush: replies to pipelined commands travel together (RFC 2920 §3.2). */
  write(text: string): void {
    // One octet a character: pieces of text become one.
    const isAscii = !/[^\x00-\x7f]/.test(text)
    this.#connection.write(isAscii ? text : Buffer.from(text).toString('latin1'))
  }

  get holdsMuch(): boolean {
    return this.#connection.holdsMuch
  }

  async flush(timeoutMs: number): Promise<void> {
    await this.#connection.flush(timeoutMs)
  }

  /**
   * Hands the stream to `secure` and goes on with what that gives. All the client sent in clear is dropped before: a
   * command sent behind STARTTLS by somebody in between must not be taken for one inside TLS.
   */
  async upgrade(secure: (stream: Duplex) => Promise<Duplex>): Promise<void> {
    while (this.#pull()) this.#buffer.clear()
    this.#buffer.clear()
    await this.#connection.upgrade(secure)
  }

  /** Sends what is held, closes, and waits a moment for the client to do the same, so that it can read the last reply. */
  async close(lingerMs: number): Promise<void> {
    await this.#connection.close(lingerMs)
    this.#buffer.clear()
  }

  destroy(): void {
    this.#connection.destroy()
    this.#buffer.clear()
  }

  /** Moves what the stream has into the buffer. */
  #pull(): boolean {
    const chunk = this.#connection.pull()
    if (chunk !== undefined) this.#buffer.push(chunk)
    return chunk !== undefined
  }
}
