import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { ImapArguments } from './arguments.ts'
import { type FaultReason, Framing, type FramingLimits, type LiteralAhead } from './framing.ts'

/** A command taken apart. */
export type ImapCommand = {
  tag: string
  /** In upper case; of `UID FETCH` it is `FETCH`. */
  name: string
  /** Whether UID stood before it. */
  uid: boolean
  /** What follows, without the blank before it. More is put behind it while a literal is streamed. */
  args: ImapArguments
}

export type CommandEvent =
  /** A whole command. Literals that were streamed have no content. */
  | { kind: 'command'; command: ImapCommand }
  /** The client waits to send a literal that will be held: answer `+ OK`. */
  | { kind: 'continue' }
  /**
   * A literal of APPEND or REPLACE that is too large to be held, by itself or with those before it. Call `stream` (and answer
   * `+ OK` if it is `synchronizing`), `collect` or `refuse` (and answer the tag); nothing more comes before. `command.args`
   * reaches up to it.
   */
  | { kind: 'literal'; command: ImapCommand; literal: LiteralAhead }
  | { kind: 'octets'; octets: Uint8Array }
  | { kind: 'literal-end'; literal: LiteralAhead; hasNul: boolean }
  /** A command that cannot be read, dropped up to its end: answer BAD to `tag`, or to `*` without one. */
  | { kind: 'fault'; tag: string | undefined; reason: FaultReason | 'not-a-command'; message: string }
  /** The client sends without end: answer BYE and close. */
  | { kind: 'endless' }

export const commandLimits: FramingLimits = {
  textOctets: 65_536,
  collectOctets: 65_536,
  heldOctets: 1_048_576,
  literalOctets: 2 ** 32,
  unaskedOctets: 2 ** 32,
  drainOctets: 67_108_864,
}

/** Enough to say who one is, and no more for whom nobody knows. */
export const strangerLimits: FramingLimits = {
  textOctets: 16_384,
  collectOctets: 4_096,
  heldOctets: 32_768,
  literalOctets: 4_096,
  unaskedOctets: 4_096,
  drainOctets: 65_536,
}

/** Commands whose literals are messages. */
const streamed: ReadonlySet<string> = new Set(['APPEND', 'REPLACE'])

// ASTRING-CHAR without "+".
const tagText = /[!#$&',\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]{1,64}(?= )/y
const leadingTag = /^([!#$&',\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]{1,64})(?:[ \r\n]|$)/

const messages: Record<FaultReason | 'not-a-command', string> = {
  'text-too-long': 'The command line is too long',
  'literal-too-large': 'The literal is too large',
  'too-large': 'The command is too large',
  'not-text': 'The command line holds a CR that ends no line',
  nul: 'A NUL stands where none may',
  refused: 'The literal is too large here',
  'not-a-command': 'This is not a command',
}

/**
 * Commands of one client. `push` what came, then take events with `next` until it gives undefined; `nextLine` instead where
 * the client answers a challenge or ends IDLE. Holds at most `limits.heldOctets` and what was pushed and not taken.
 */
export class ImapCommandReader {
  readonly #framing: Framing
  #command: ImapCommand | undefined
  /** UTF8=ACCEPT or IMAP4rev2 is enabled; counts from the next command on. */
  utf8 = false
  /** IMAP4rev2 is enabled; likewise. */
  rev2 = false

  constructor(limits: Partial<FramingLimits> = {}) {
    this.#framing = new Framing(
      { ...commandLimits, ...limits },
      {
        spoken: () => ({ utf8: this.utf8, rev2: this.rev2 }),
        decide: (args, literal, fits) => {
          const command = this.#known(args)
          if (command === undefined) return 'refuse'
          const isSmall = literal.octets <= this.limits.collectOctets && fits
          return isSmall || !streamed.has(command.name) ? 'collect' : 'ask'
        },
      },
    )
  }

  get limits(): FramingLimits {
    return this.#framing.limits
  }

  /** Other limits from the next line on, for example after a login. */
  set limits(limits: FramingLimits) {
    this.#framing.limits = limits
  }

  /** Octets pushed and not yet taken. */
  get waitingOctets(): number {
    return this.#framing.waitingOctets
  }

  /** A literal of the command that is being read was announced, or came. */
  get holdsLiteral(): boolean {
    return this.#framing.holdsLiteral
  }

  push(octets: Uint8Array): void {
    this.#framing.push(octets)
  }

  next(): CommandEvent | undefined {
    const event = this.#framing.next()
    if (event === undefined) return undefined
    if (event.kind === 'complete') {
      const command = this.#known(event.args)
      this.#command = undefined
      return command === undefined ? this.#fault('not-a-command', event.start) : { kind: 'command', command }
    }
    if (event.kind === 'literal')
      return { kind: 'literal', literal: event.literal, command: this.#known(event.args)! }
    if (event.kind !== 'fault') return event
    this.#command = undefined
    return this.#fault(event.reason, event.start)
  }

  /** A line that is no command: an answer to a challenge, `DONE`, `*`. */
  nextLine(
    maxOctets = this.limits.textOctets,
  ): { kind: 'text'; text: string } | Extract<CommandEvent, { kind: 'fault' | 'endless' }> | undefined {
    const event = this.#framing.nextLine(maxOctets)
    return event?.kind === 'fault' ? this.#fault(event.reason, '') : event
  }

  stream(): void {
    this.#framing.stream()
  }

  collect(): void {
    this.#framing.collect()
  }

  refuse(): void {
    this.#command = undefined
    this.#framing.refuse()
  }

  /** Forgets all that was not taken, as STARTTLS must (RFC 9051 §6.2.1). */
  clear(): void {
    this.#command = undefined
    this.#framing.clear()
  }

  #fault(reason: FaultReason | 'not-a-command', start: string): Extract<CommandEvent, { kind: 'fault' }> {
    return { kind: 'fault', tag: leadingTag.exec(start)?.[1], reason, message: messages[reason] }
  }

  #known(args: ImapArguments): ImapCommand | undefined {
    if (this.#command?.args === args) return this.#command
    this.#command = readHead(args)
    return this.#command
  }
}

function readHead(args: ImapArguments): ImapCommand | undefined {
  const tag = args.match(tagText)?.[0]
  if (tag === undefined) return undefined
  args.space()
  const name = args.peekWord()
  if (name === '') return undefined
  args.word()
  const uid = name === 'UID' && args.hasMore()
  const command = { tag, name: uid ? args.peekWord() : name, uid, args }
  if (uid && args.peekWord() === '') return undefined
  if (uid) args.word()
  if (!args.hasMore() && args.peek() !== '' && args.peek() !== ' ') return undefined
  return command
}

/** A command line up to its literals, with CRLF. SyntaxFault for a tag or name that is none. */
export function formatCommand(tag: string, name: string, wireArguments = ''): string {
  if (leadingTag.exec(tag)?.[1] !== tag) throw new SyntaxFault('Not a tag')
  if (!/^[A-Z]+(?: [A-Z]+)?$/.test(name)) throw new SyntaxFault('Not a command')
  return wireArguments === '' ? `${tag} ${name}\r\n` : `${tag} ${name} ${wireArguments}\r\n`
}
