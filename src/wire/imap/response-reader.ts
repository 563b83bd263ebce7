import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { ImapArguments } from './arguments.ts'
import { Framing, type FramingLimits, type LiteralAhead } from './framing.ts'
import { parseStatusLine, type StatusLine } from './status-line.ts'

/** Untagged data: `* 12 FETCH (…)` has number 12 and name FETCH; `args` stand behind the name, with their blank. */
export type UntaggedData = { name: string; number: number | undefined; args: ImapArguments }

export type ResponseEvent =
  | { kind: 'tagged'; tag: string; status: StatusLine }
  | { kind: 'status'; status: StatusLine }
  | { kind: 'data'; data: UntaggedData }
  /** Wire text behind `+ `. */
  | { kind: 'continuation'; text: string }
  /** A literal over `collectOctets`: call `stream` or `collect`; `data.args` reaches up to it. */
  | { kind: 'literal'; data: UntaggedData; literal: LiteralAhead }
  | { kind: 'octets'; octets: Uint8Array }
  | { kind: 'literal-end'; literal: LiteralAhead; hasNul: boolean }

const responseLimits: FramingLimits = {
  textOctets: 8_388_608,
  collectOctets: 262_144,
  heldOctets: 67_108_864,
  literalOctets: 2 ** 40,
  unaskedOctets: 2 ** 40,
  drainOctets: 2 ** 40,
}

const head = /^\S+ (?:(?:OK|NO|BAD|BYE|PREAUTH)(?: |$))/i

/**
 * Responses of one server, the greeting among them as an untagged status. `push` what came, then take events with `next` until it
 * gives undefined. `next` throws SyntaxFault for what is no response: the connection is then of no use any more.
 */
export class ImapResponseReader {
  readonly #framing: Framing
  #data: UntaggedData | undefined
  /** UTF8=ACCEPT or IMAP4rev2 is enabled; counts from the next response on. */
  utf8 = false

  constructor(limits: Partial<FramingLimits> = {}) {
    this.#framing = new Framing(
      { ...responseLimits, ...limits },
      {
        spoken: () => ({ utf8: this.utf8, heard: true }),
        decide: (_, literal) => (literal.octets <= this.#framing.limits.collectOctets ? 'collect' : 'ask'),
        // People are told things that end in {5}.
        mayHoldLiteral: (start) => !start.startsWith('+') && !head.test(start),
        // RFC 9051 §4.3 forbids it; Courier hands out messages as they lie there.
        takesNul: true,
      },
    )
  }

  get waitingOctets(): number {
    return this.#framing.waitingOctets
  }

  /** A response has begun, and is not whole. */
  get isAmid(): boolean {
    return this.#framing.isAmid
  }

  push(octets: Uint8Array): void {
    this.#framing.push(octets)
  }

  next(): ResponseEvent | undefined {
    for (;;) {
      const event = this.#framing.next()
      if (event === undefined) return undefined
      // A server does not wait for us, whatever its literal looks like.
      if (event.kind === 'continue') continue
      if (event.kind === 'fault') throw new SyntaxFault(`A response cannot be read: ${event.reason}`)
      if (event.kind === 'endless') throw new SyntaxFault('A response has no end')
      if (event.kind === 'literal')
        return { kind: 'literal', data: this.#known(event.args), literal: event.literal }
      if (event.kind !== 'complete') return event
      return this.#complete(event.args, event.start)
    }
  }

  stream(): void {
    this.#framing.stream()
  }

  collect(): void {
    this.#framing.collect()
  }

  /** Forgets all that was not taken, as STARTTLS must. */
  clear(): void {
    this.#data = undefined
    this.#framing.clear()
  }

  #complete(args: ImapArguments, start: string): ResponseEvent {
    if (this.#data === undefined) {
      if (start.startsWith('+')) return { kind: 'continuation', text: args.rest().replace(/^\+ ?/, '') }
      if (head.test(start)) {
        const text = args.rest()
        const space = text.indexOf(' ')
        const tag = text.slice(0, space)
        const status = parseStatusLine(text.slice(space + 1))
        return tag === '*' ? { kind: 'status', status } : { kind: 'tagged', tag, status }
      }
    }
    const data = this.#known(args)
    this.#data = undefined
    return { kind: 'data', data }
  }

  #known(args: ImapArguments): UntaggedData {
    if (this.#data?.args === args) return this.#data
    args.expect('* ')
    const digits = args.match(/(\d{1,10}) /y)?.[1]
    this.#data = { number: digits === undefined ? undefined : Number(digits), name: args.word(), args }
    if (!args.atEnd && args.peek() !== ' ') throw args.fault('Not a response')
    return this.#data
  }
}
