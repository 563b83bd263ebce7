import type { Duplex } from 'node:stream'

/** The client went away, or the connection broke. Nobody is left to be answered. */
export class PeerGone extends Error {
  override readonly name = 'PeerGone'
}

/** The client kept us waiting for too long. */
export class PeerTooSlow extends Error {
  override readonly name = 'PeerTooSlow'
}

/** Answers travel together up to this many octets. */
const MUCH = 65_536

/**
 * The octets from and to one client. Reads only when asked, so a fast client is held back by TCP; waits for the client to
 * take its answers, so one that never reads costs one buffer.
 */
export class PeerConnection {
  #stream: Duplex
  #text = ''
  #held: (string | Uint8Array)[] = []
  #heldOctets = 0
  #broken = false
  #waiting: (() => void) | undefined
  readonly #gone = new AbortController()

  constructor(stream: Duplex) {
    this.#stream = stream
    this.#attach()
  }

  /** Aborts when the connection is no more. */
  get signal(): AbortSignal {
    return this.#gone.signal
  }

  /** Octets that have come; undefined when there are none at the moment. */
  pull(): Uint8Array | undefined {
    const chunk: Uint8Array | null = this.#broken ? null : this.#stream.read()
    return chunk === null || chunk.length === 0 ? undefined : chunk
  }

  /** Until the stream has anything to say, or `wake`; whoever waits looks for itself what it was. */
  event(until: number): Promise<void> {
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

  /** Ends a wait for an event. */
  wake(): void {
    this.#waiting?.()
  }

  /** Throws `PeerGone` when nothing more can come. */
  requireOpen(): void {
    if (this.isGone) throw new PeerGone('The client closed the connection')
  }

  get isGone(): boolean {
    return this.#broken || this.#stream.destroyed || this.#stream.readableEnded
  }

  /** Holds text (one octet a character) or octets for the next flush. Octets are not copied. */
  write(piece: string | Uint8Array): void {
    this.#heldOctets += piece.length
    if (typeof piece === 'string') this.#text += piece
    else {
      if (this.#text !== '') this.#held.push(this.#text)
      this.#text = ''
      this.#held.push(piece)
    }
  }

  get holdsSome(): boolean {
    return this.#heldOctets > 0
  }

  get holdsMuch(): boolean {
    return this.#heldOctets > MUCH
  }

  /** Sends what is held; resolves when the client has taken all but one buffer of it. */
  async flush(timeoutMs: number): Promise<void> {
    if (this.#heldOctets === 0) return
    this.#requireWritable()
    const taken = this.#send()
    const until = performance.now() + timeoutMs
    while (!taken && this.#stream.writableNeedDrain) {
      this.#requireWritable()
      await this.event(until)
    }
  }

  /**
   * Sends what is held once the client has taken all but one buffer of what was sent before; that which is sent now is
   * on its way while the next answers are made. Two buffers are the most that a client who never reads costs.
   */
  async sendOn(timeoutMs: number): Promise<void> {
    this.#requireWritable()
    const until = performance.now() + timeoutMs
    while (this.#stream.writableNeedDrain) {
      await this.event(until)
      this.#requireWritable()
    }
    if (this.#heldOctets > 0) this.#send()
  }

  /** Sends what is held unless the client still has to take what was sent before; waits for nothing. */
  sendNow(): void {
    if (this.#heldOctets === 0 || this.#broken || this.#stream.destroyed) return
    if (this.#stream.writable && !this.#stream.writableNeedDrain) this.#send()
  }

  #send(): boolean {
    const pieces = this.#held
    if (this.#text !== '') pieces.push(this.#text)
    this.#held = []
    this.#text = ''
    this.#heldOctets = 0
    let taken = true
    const single = pieces.length === 1
    if (!single) this.#stream.cork()
    for (const piece of pieces)
      taken = typeof piece === 'string' ? this.#stream.write(piece, 'latin1') : this.#stream.write(piece)
    if (!single) this.#stream.uncork()
    return taken
  }

  /**
   * Hands the stream to `wrap` and goes on with what that gives. What the client sent and nobody took stays in the stream
   * below; who begins TLS drops it before.
   */
  async upgrade(wrap: (stream: Duplex) => Promise<Duplex>): Promise<void> {
    this.#detach()
    try {
      this.#stream = await wrap(this.#stream)
    } finally {
      this.#attach()
    }
  }

  /** Sends what is held, closes, and waits a moment for the client to do the same, so that it can read the last answer. */
  async close(lingerMs: number): Promise<void> {
    const stream = this.#stream
    try {
      await this.flush(lingerMs)
      stream.end()
      const until = performance.now() + lingerMs
      while (!this.isGone) {
        if (this.pull() === undefined) await this.event(until)
      }
    } catch {
      // Gone already, or too slow: there is nobody to be polite to.
    } finally {
      this.destroy()
    }
  }

  destroy(): void {
    this.#stream.destroy()
    this.#held = []
    this.#text = ''
    this.#heldOctets = 0
    this.#gone.abort()
  }

  #requireWritable(): void {
    if (this.#broken || this.#stream.destroyed || !this.#stream.writable)
      throw new PeerGone('The client closed the connection')
  }

  readonly #wake = () => this.#waiting?.()

  readonly #break = () => {
    this.#broken = true
    this.#gone.abort()
    this.#waiting?.()
  }

  readonly #closed = () => {
    this.#gone.abort()
    this.#waiting?.()
  }

  #attach(): void {
    for (const event of ['readable', 'end', 'drain']) this.#stream.on(event, this.#wake)
    this.#stream.on('close', this.#closed)
    this.#stream.on('error', this.#break)
  }

  #detach(): void {
    for (const event of ['readable', 'end', 'drain']) this.#stream.off(event, this.#wake)
    this.#stream.off('close', this.#closed)
    // Errors of the stream below keep a listener: without one they would end the process.
  }
}
