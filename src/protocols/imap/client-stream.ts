import type { Duplex } from 'node:stream'
import {
  type CommandEvent,
  commandLimits,
  ImapCommandReader,
  strangerLimits,
} from '#src/wire/imap/command-reader.ts'
import { formatContinuation } from '#src/wire/imap/status-line.ts'
import { PeerConnection } from '../peer-connection.ts'
import type { ImapLimits } from './limits.ts'

type Line = NonNullable<ReturnType<ImapCommandReader['nextLine']>>

/** Commands of one client in their order, and answers to it. */
export class ClientStream {
  readonly connection: PeerConnection
  readonly reader = new ImapCommandReader(strangerLimits)
  readonly #limits: ImapLimits
  #woken = false

  constructor(stream: Duplex, limits: ImapLimits) {
    this.connection = new PeerConnection(stream)
    this.#limits = limits
  }

  /** Room for everything a user may send. */
  trust(): void {
    const { commandOctets } = this.#limits
    this.reader.limits = { ...commandLimits, heldOctets: commandOctets }
  }

  /** Room for a sign-in and no more. */
  distrust(): void {
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
    await this.connection.flush(this.#limits.writeMs)
  }

  async #take<T>(next: () => T | undefined, timeoutMs: number): Promise<T | { kind: 'woken' }> {
    let until = 0
    for (;;) {
      const taken = next()
      if (taken !== undefined) return taken
      const chunk = this.connection.pull()
      if (chunk !== undefined) {
        this.reader.push(chunk)
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
        this.reader.push(late)
        continue
      }
      this.connection.requireOpen()
      await this.connection.event(until)
    }
  }
}
