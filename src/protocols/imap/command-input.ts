import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { AppendParser, type AppendStep } from '#src/wire/imap/append.ts'
import type { Literal } from '#src/wire/imap/arguments.ts'
import type { CommandEvent, ImapCommand } from '#src/wire/imap/command-reader.ts'
import type { LiteralAhead } from '#src/wire/imap/framing.ts'
import { PeerGone } from '../peer-connection.ts'
import type { ClientStream } from './client-stream.ts'

/** What of a command has not arrived when it begins to run: messages, as they come (APPEND, REPLACE). */
export class CommandInput {
  readonly #client: ClientStream
  readonly #command: ImapCommand
  readonly #literalMs: number
  #parser: AppendParser | undefined
  /** A literal that nobody decided on, or is being streamed. */
  #ahead: LiteralAhead | undefined
  #streaming = false
  #complete: boolean

  constructor(
    client: ClientStream,
    command: ImapCommand,
    options: { literalMs: number; ahead?: LiteralAhead },
  ) {
    this.#client = client
    this.#command = command
    this.#literalMs = options.literalMs
    this.#ahead = options.ahead
    this.#complete = options.ahead === undefined
  }

  /** The next step of APPEND, or of REPLACE with `single`. */
  async step(options: { single?: boolean } = {}): Promise<AppendStep> {
    this.#parser ??= new AppendParser(this.#command.args, options)
    for (;;) {
      const step = this.#parser.next(this.#complete)
      if (step !== undefined) return step
      if (this.#complete) throw new SyntaxFault('The command has no end')
      await this.#more()
    }
  }

  /** The octets of a literal of a step, which must all be taken. SyntaxFault at the end when a NUL was in it that may not. */
  async *octets(literal: Literal): AsyncGenerator<Uint8Array> {
    if (literal.content !== undefined) {
      if (literal.content.length > 0) yield literal.content
      return
    }
    const ahead = this.#ahead
    if (ahead === undefined || ahead.index !== literal.index) throw new Error('This literal is gone')
    this.#client.reader.stream()
    this.#streaming = true
    if (ahead.synchronizing) this.#client.continue()
    for (;;) {
      const event = await this.#event()
      if (event.kind === 'octets') yield event.octets
      else if (event.kind === 'literal-end') {
        this.#streaming = false
        this.#ahead = undefined
        if (event.hasNul && !ahead.binary) throw new SyntaxFault('A NUL stands where none may')
        return
      } else throw this.#unexpected(event)
    }
  }

  /** Reads over what is left of the command, so that the next one is read as one. */
  async discard(): Promise<void> {
    while (!this.#complete) {
      if (this.#ahead !== undefined && !this.#streaming) {
        this.#client.reader.refuse()
        this.#complete = true
        return
      }
      const event = await this.#event()
      if (event.kind === 'literal-end') {
        this.#streaming = false
        this.#ahead = undefined
      } else if (event.kind !== 'octets') this.#take(event)
    }
  }

  async #more(): Promise<void> {
    if (this.#ahead !== undefined) throw new Error('A literal was not taken')
    this.#take(await this.#event())
  }

  #take(event: CommandEvent): void {
    if (event.kind === 'command') this.#complete = true
    else if (event.kind === 'continue') this.#client.continue()
    else if (event.kind === 'literal') this.#ahead = event.literal
    else throw this.#unexpected(event)
  }

  #unexpected(event: CommandEvent): Error {
    this.#complete = true
    if (event.kind === 'fault') return new SyntaxFault(event.message)
    if (event.kind === 'endless') return new PeerGone('The client sends without end')
    return new Error(`A ${event.kind} within a command`)
  }

  async #event(): Promise<CommandEvent> {
    for (;;) {
      const event = await this.#client.event(this.#literalMs)
      if (event.kind !== 'woken') return event
    }
  }
}
