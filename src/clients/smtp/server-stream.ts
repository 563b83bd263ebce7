import type { Socket } from 'node:net'
import { lostWords } from '#src/base/socket-words.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { LineBuffer } from '#src/wire/smtp/line-buffer.ts'
import { type Reply, ReplyReader } from '#src/wire/smtp/reply.ts'
import { SmtpFailure, type SmtpPhase } from './failure.ts'

const mostLineOctets = 8_192

/**
 * The connection to a server: commands out, replies in. All waiting has an end; a connection that failed once fails
 * from then on.
 */
export class ServerStream {
  #socket: Socket
  #buffer = new LineBuffer()
  #reader = new ReplyReader()
  #trouble: { error?: Error } | undefined
  #waiting: (() => void) | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    this.#attach()
  }

  get socket(): Socket {
    return this.#socket
  }

  get isOpen(): boolean {
    return this.#trouble === undefined && !this.#socket.destroyed && this.#socket.writable
  }

  /** The server has said something nobody asked for yet, for example 421 on an idle connection. */
  get hasInput(): boolean {
    this.#pull()
    return this.#buffer.length > 0
  }

  /** Sends octets; resolves when the server took enough of them for more to come. */
  async write(octets: Uint8Array | string, phase: SmtpPhase, timeoutMs: number): Promise<void> {
    if (!this.isOpen) throw this.#lost(phase)
    if (this.#socket.write(octets)) return
    const until = performance.now() + timeoutMs
    while (this.#socket.writableNeedDrain) {
      // A server that refuses in the middle may never read the rest; its reply is what to look at next.
      if ((phase === 'content' || phase === 'end') && this.hasInput) return
      if (!this.isOpen) throw this.#lost(phase)
      await this.#event(until, phase)
    }
  }

  /** The next reply. Rejects with SmtpFailure. */
  async reply(phase: SmtpPhase, timeoutMs: number): Promise<Reply> {
    const until = performance.now() + timeoutMs
    for (;;) {
      const reply = this.#next(phase)
      if (reply !== undefined) return reply
      if (this.#pull()) continue
      if (!this.isOpen || this.#socket.readableEnded) throw this.#lost(phase)
      await this.#event(until, phase)
    }
  }

  /**
   * Goes on with the socket that `secure` makes of this one. What came in clear behind the reply to STARTTLS was put
   * there by somebody else, and ends the connection.
   */
  async upgrade(secure: (socket: Socket) => Promise<Socket>): Promise<void> {
    if (this.hasInput) {
      this.destroy()
      throw new SmtpFailure('tls', 'tls', 'The server sent more in clear behind its answer to STARTTLS')
    }
    this.#detach()
    this.#socket = await secure(this.#socket)
    this.#buffer = new LineBuffer()
    this.#reader = new ReplyReader()
    this.#attach()
  }

  destroy(): void {
    this.#trouble ??= {}
    this.#socket.destroy()
    this.#waiting?.()
  }

  /** Nothing keeps the process alive for an idle connection. */
  setIdle(idle: boolean): void {
    if (idle) this.#socket.unref()
    else this.#socket.ref()
  }

  #next(phase: SmtpPhase): Reply | undefined {
    for (;;) {
      const line = this.#buffer.next(mostLineOctets)
      if (line === undefined) return undefined
      try {
        // Some servers end their replies with LF alone; replies cannot be smuggled into.
        if (line.kind !== 'line' && line.kind !== 'bare-lf') throw new SyntaxFault('A reply line is too long')
        const reply = this.#reader.push(line.octets)
        if (reply !== undefined) return reply
      } catch (error) {
        if (!(error instanceof SyntaxFault)) throw error
        this.destroy()
        throw new SmtpFailure('protocol', phase, `The server does not speak SMTP: ${error.message}`, {
          cause: error,
        })
      }
    }
  }

  #pull(): boolean {
    const chunk: Uint8Array | null = this.#socket.read()
    if (chunk === null || chunk.length === 0) return false
    this.#buffer.push(chunk)
    return true
  }

  #lost(phase: SmtpPhase): SmtpFailure {
    const cause = this.#trouble?.error
    this.destroy()
    return new SmtpFailure('lost', phase, lostWords(cause), { cause })
  }

  #event(until: number, phase: SmtpPhase): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = () => {
        this.#waiting = undefined
        this.destroy()
        reject(new SmtpFailure('timeout', phase, 'The server did not answer in time'))
      }
      const leftMs = until - performance.now()
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

  readonly #break = (error: Error) => {
    this.#trouble ??= { error }
    this.#waiting?.()
  }

  #attach(): void {
    for (const event of ['readable', 'end', 'drain', 'close']) this.#socket.on(event, this.#wake)
    this.#socket.on('error', this.#break)
  }

  #detach(): void {
    for (const event of ['readable', 'end', 'drain', 'close']) this.#socket.off(event, this.#wake)
  }
}
