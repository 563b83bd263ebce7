import type { Duplex } from 'node:stream'
import {
  type CommandEvent,
  commandLimits,
  ImapCommandReader,
  strangerLimits,
} from '#src/wire/imap/command-reader.ts'
import { formatContinuation, formatStatusLine } from '#src/wire/imap/status-line.ts'
import { PeerConnection, PeerTooSlow } from '../peer-connection.ts'
import type { ImapLimits } from './limits.ts'

type Line = NonNullable<ReturnType<ImapCommandReader['nextLine']>>

/** A client that is silent for so long within a message may be waiting for us. */
const SILENT_MS = 3
/** Lines for each command that are sent only so that a client hears of us. */
const SIGNS = 2

/** Commands of one client in their order, and answers to it. */
export class ClientStream {
  readonly connection: PeerConnection
  readonly reader = new ImapCommandReader(strangerLimits)
  readonly #limits: ImapLimits
  #woken = false
  /** Something came since we last sent. */
  #owes = false
  #signs = 0
  #isTrusted = false

  constructor(stream: Duplex, limits: ImapLimits) {
    this.connection = new PeerConnection(stream)
    this.#limits = limits
  }

  /** Room for everything a user may send. */
  trust(): void {
    const { commandOctets } = this.#limits
    this.#isTrusted = true
    this.reader.limits = { ...commandLimits, textOctets: commandOctets, heldOctets: commandOctets }
  }

  /** Room for a sign-in and no more. */
  distrust(): void {
    this.#isTrusted = false
    this.reader.limits = strangerLimits
  }

  /** The next event of the command reader; `woken` when `wake` was called meanwhile. Answers held so far go out before anything is waited for. */
  event(timeoutMs: number): Promise<CommandEvent | { kind: 'woken' }> {
    return this.#take(() => this.reader.next(), timeoutMs)
  }

  /** The next line that is no command: an answer to a challenge, `DONE`. */
  line(maxOctets: number, timeoutMs: number): Promise<Line | { kind: 'woken' }> {
    return this.#take(() => this.reader.nextLine(maxOctets), timeoutMs)
  }

  /** The wait for a command or line ends, with `woken`. */
  wake(): void {
    this.#woken = true
    this.connection.wake()
  }

  /** Tells the client to go on. */
  continue(text?: string): void {
    this.connection.write(formatContinuation(text))
  }

  /** Hands the connection to TLS. What the client sent in clear behind the command is forgotten (RFC 9051 §6.2.1). */
  async upgrade(wrap: (stream: Duplex) => Promise<Duplex>): Promise<void> {
    while (this.connection.pull() !== undefined);
    this.reader.clear()
    await this.connection.upgrade(wrap)
  }

  /** Goes on in another form of the same connection (COMPRESS). What the client sends from now on is in that form. */
  async layer(wrap: (stream: Duplex) => Duplex): Promise<void> {
    await this.connection.upgrade(async (stream) => wrap(stream))
  }

  /** Sends what is held, once the client has taken what was sent before. */
  async sendOn(): Promise<void> {
    await this.connection.sendOn(this.#limits.writeMs)
  }

  async flush(): Promise<void> {
    if (this.connection.holdsSome) this.#owes = false
    await this.connection.flush(this.#limits.writeMs)
  }

  async #take<T>(next: () => T | undefined, timeoutMs: number): Promise<T | { kind: 'woken' }> {
    let until = 0
    for (;;) {
      const taken = next()
      if (taken !== undefined) return taken
      const chunk = this.connection.pull()
      if (chunk !== undefined) {
        this.#push(chunk)
        continue
      }
      if (this.#woken) {
        this.#woken = false
        return { kind: 'woken' }
      }
      await this.flush()
      if (until === 0) until = performance.now() + timeoutMs
      if (this.#woken) continue
      const late = this.connection.pull()
      if (late !== undefined) {
        this.#push(late)
        continue
      }
      this.connection.requireOpen()
      await this.#wait(until)
    }
  }

  #push(chunk: Uint8Array): void {
    if (!this.reader.holdsLiteral) this.#signs = SIGNS
    this.#owes = true
    this.reader.push(chunk)
  }

  /**
   * A client whose writes wait until the one before is acknowledged (Nagle) sends a literal and what follows it some 40 ms
   * apart: for as long does TCP put off an acknowledgement when nothing is sent with it. Mutt is one. A line from us takes
   * it along.
   */
  async #wait(until: number): Promise<void> {
    const soon = performance.now() + SILENT_MS
    const mayWait = this.#isTrusted && this.#owes && this.#signs > 0 && this.reader.holdsLiteral
    if (!mayWait || soon >= until) return this.connection.event(until)
    try {
      await this.connection.event(soon)
    } catch (error) {
      if (!(error instanceof PeerTooSlow)) throw error
      this.#signs--
      this.connection.write(formatStatusLine('*', { status: 'OK', text: 'Go on' }))
    }
  }
}
