import { ImapArguments, type Literal, type Spoken } from './arguments.ts'
import { OctetQueue } from './octet-queue.ts'

/** Bounds of what is held and read; all of octets. */
export type FramingLimits = {
  /** Text of one command or response, literals not counted. */
  textOctets: number
  /** A literal up to this is held, a longer one handed over as a stream or refused. */
  collectOctets: number
  /** Text and held literals of one command or response. */
  heldOctets: number
  /** Largest literal at all. */
  literalOctets: number
  /** Largest literal sent without waiting (RFC 7888 §5: 4096 for LITERAL-). */
  unaskedOctets: number
  /** Read and thrown away of one refused command before the peer is given up. */
  drainOctets: number
}

export type FaultReason = 'text-too-long' | 'literal-too-large' | 'too-large' | 'not-text' | 'nul' | 'refused'

/** A literal that waits for a decision or is being streamed. */
export type LiteralAhead = Literal & {
  /** The peer waits for a continuation before it sends. */
  synchronizing: boolean
}

type FramingEvent =
  /** A whole line with its literals; `start` is its beginning. */
  | { kind: 'complete'; args: ImapArguments; start: string }
  /** The peer waits: send a continuation. */
  | { kind: 'continue' }
  /** A literal that is not held by itself: nothing more comes until `stream`, `collect` or `refuse` is called. */
  | { kind: 'literal'; args: ImapArguments; literal: LiteralAhead }
  /** Next octets of a streamed literal. */
  | { kind: 'octets'; octets: Uint8Array }
  /** The streamed literal is over; `hasNul`: there was a NUL in it, which only `binary` ones may have. */
  | { kind: 'literal-end'; literal: LiteralAhead; hasNul: boolean }
  /** A command that was dropped, up to its end; `start` is its beginning. */
  | { kind: 'fault'; reason: FaultReason; start: string }
  /** The peer sends more than may be thrown away: close. Nothing comes after it. */
  | { kind: 'endless' }

type Dropped = Extract<FramingEvent, { kind: 'fault' | 'endless' }>

type LiteralDecision = 'collect' | 'ask' | 'refuse'

/** What a line is asked while it is read; both readers differ in it. */
type FramingRules = {
  /** `fits`: what is held would stay within its bounds with the literal. */
  decide: (args: ImapArguments, literal: LiteralAhead, fits: boolean) => LiteralDecision
  /** Whether `{5}` at the end of this text announces a literal. */
  mayHoldLiteral?: (text: string) => boolean
  /** NUL may be in any literal that is held, and not in `binary` ones alone. */
  takesNul?: true
  spoken: () => Spoken
}

type State = 'text' | 'ask' | 'collect' | 'stream' | 'drop-text' | 'drop-octets' | 'over'

const marker = /(~?)\{(\d{1,15})(\+?)\}$/
const startLength = 128

/**
 * Lines and literals of one direction of a connection (RFC 9051 §2.2, §4.3, RFC 7888). Pull `next` until it gives undefined,
 * then `push` what came. What comes out does not depend on how the octets were cut, but for the pieces of streams.
 */
export class Framing {
  limits: FramingLimits
  readonly #rules: FramingRules
  readonly #queue = new OctetQueue()
  #state: State = 'text'
  #args: ImapArguments | undefined
  #literal: LiteralAhead | undefined
  /** Octets of the literal still to come. */
  #left = 0
  #held = 0
  #hasNul = false
  #dropped = 0
  #tail = ''
  /** Undefined while a command is dropped that its reader refused: it has told the peer itself. */
  #fault: { reason: FaultReason; start: string } | undefined
  #start = ''

  constructor(limits: FramingLimits, rules: FramingRules) {
    this.limits = limits
    this.#rules = rules
  }

  /** Octets pushed and not yet taken. */
  get waitingOctets(): number {
    return this.#queue.length
  }

  /** A literal of the command or response that is being read was announced, or came. */
  get holdsLiteral(): boolean {
    return (this.#args?.literals.length ?? 0) > 0
  }

  /** A line has begun, and has not come with all its literals. */
  get isAmid(): boolean {
    return this.#args !== undefined || this.#queue.length > 0
  }

  push(octets: Uint8Array): void {
    if (this.#state !== 'over') this.#queue.push(octets)
  }

  /** Forgets all that was not taken, as STARTTLS must. */
  clear(): void {
    this.#queue.clear()
    this.#fault = undefined
    this.#reset()
  }

  next(): FramingEvent | undefined {
    for (;;) {
      const event = this.#step()
      if (event !== 'again') return event
    }
  }

  /** The next line as it is, for SASL and IDLE. Only between commands. */
  nextLine(maxOctets: number): { kind: 'text'; text: string } | Dropped | undefined {
    while (this.#state === 'drop-text' || this.#state === 'drop-octets') {
      const event = this.#state === 'drop-text' ? this.#dropText() : this.#dropOctets()
      if (event === undefined) return undefined
      if (event !== 'again') return event
    }
    if (this.#state !== 'text') return undefined
    const length = this.#queue.lineLength()
    if (length > maxOctets || (length === 0 && this.#queue.length > maxOctets)) {
      this.#drop('text-too-long')
      return this.nextLine(maxOctets)
    }
    return length === 0 ? undefined : { kind: 'text', text: textOf(this.#queue.take(length)) }
  }

  /** Streams the literal that was asked for. */
  stream(): void {
    this.#expectAsk()
    this.#state = 'stream'
    this.#hasNul = false
  }

  /** Holds the literal that was asked for, whatever its size. */
  collect(): void {
    this.#expectAsk()
    this.#state = 'collect'
  }

  /** The literal is not wanted: the rest of the command goes unseen and without a fault event. */
  refuse(): void {
    this.#expectAsk()
    this.#fault = undefined
    this.#dropLiteral(this.#literal!)
  }

  #expectAsk(): void {
    if (this.#state !== 'ask') throw new Error('No literal waits for a decision')
  }

  #reset(): void {
    this.#state = 'text'
    this.#args = undefined
    this.#literal = undefined
    this.#held = 0
    this.#dropped = 0
    this.#tail = ''
    this.#start = ''
  }

  #step(): FramingEvent | 'again' | undefined {
    if (this.#state === 'text') return this.#readText()
    if (this.#state === 'collect') return this.#readHeld()
    if (this.#state === 'stream') return this.#readStream()
    if (this.#state === 'drop-text') return this.#dropText()
    if (this.#state === 'drop-octets') return this.#dropOctets()
    return undefined
  }

  #readText(): FramingEvent | 'again' | undefined {
    const length = this.#queue.lineLength()
    const used = this.#args?.length ?? 0
    if (used + (length || this.#queue.length) > this.limits.textOctets + 2) {
      if (this.#args === undefined) {
        const octets = this.#queue.peek(Math.min(startLength, this.limits.textOctets))
        this.#start = Buffer.from(octets).toString('latin1')
      }
      return this.#drop('text-too-long')
    }
    if (length === 0) return undefined
    const text = textOf(this.#queue.take(length))
    if (this.#args === undefined) {
      this.#start = text.slice(0, startLength)
      this.#args = new ImapArguments('', this.#rules.spoken())
    }
    if (/[\0\r]/.test(text)) return this.#dropLine(text.includes('\0') ? 'nul' : 'not-text', text)
    const announced = marker.exec(text)
    if (announced === null || this.#rules.mayHoldLiteral?.(this.#start) === false) return this.#complete(text)
    return this.#announce(text.slice(0, announced.index), announced)
  }

  #complete(text: string): FramingEvent {
    const args = this.#args!
    const start = this.#start
    args.add(text)
    this.#reset()
    return { kind: 'complete', args, start }
  }

  #announce(text: string, [, binary, digits, plus]: RegExpExecArray): FramingEvent | 'again' {
    const args = this.#args!
    const literal: LiteralAhead = {
      octets: Number(digits),
      binary: binary === '~',
      index: args.literals.length,
      content: undefined,
      synchronizing: plus === '',
    }
    const { literalOctets, unaskedOctets, heldOctets } = this.limits
    args.add(text, literal)
    this.#literal = literal
    this.#left = literal.octets
    if (literal.octets > literalOctets || (!literal.synchronizing && literal.octets > unaskedOctets))
      return this.#refuse('literal-too-large')
    const fits = this.#held + literal.octets + args.length <= heldOctets
    const decision = this.#rules.decide(args, literal, fits)
    if (decision === 'refuse') return this.#refuse('refused')
    if (decision === 'ask') {
      this.#state = 'ask'
      return { kind: 'literal', args, literal }
    }
    if (!fits) return this.#refuse('too-large')
    this.#held += literal.octets
    this.#state = 'collect'
    return literal.synchronizing ? { kind: 'continue' } : 'again'
  }

  #readHeld(): FramingEvent | 'again' | undefined {
    if (this.#queue.length < this.#left) return undefined
    const literal = this.#literal!
    // A copy: a view would keep the whole block of memory that was read with it.
    literal.content = Buffer.from(this.#queue.take(this.#left))
    this.#state = 'text'
    if (literal.binary || this.#rules.takesNul || !literal.content.includes(0)) return 'again'
    this.#fault = { reason: 'nul', start: this.#start }
    this.#state = 'drop-text'
    return 'again'
  }

  #readStream(): FramingEvent | undefined {
    if (this.#left === 0) {
      this.#state = 'text'
      return { kind: 'literal-end', literal: this.#literal!, hasNul: this.#hasNul }
    }
    if (this.#queue.length === 0) return undefined
    const octets = this.#queue.take(this.#left)
    this.#left -= octets.length
    this.#hasNul ||= octets.includes(0)
    return { kind: 'octets', octets }
  }

  #refuse(reason: FaultReason): Dropped | 'again' {
    this.#fault = { reason, start: this.#start }
    return this.#dropLiteral(this.#literal!)
  }

  /** A peer that waits for a continuation will not send its literal; one that does not wait has sent it already. */
  #dropLiteral(literal: LiteralAhead): Dropped | 'again' {
    if (literal.synchronizing) return this.#dropEnd()
    this.#left = literal.octets
    this.#state = 'drop-octets'
    return 'again'
  }

  #drop(reason: FaultReason): 'again' {
    this.#fault = { reason, start: this.#start }
    this.#state = 'drop-text'
    return 'again'
  }

  #dropLine(reason: FaultReason, text: string): Dropped | 'again' {
    this.#fault = { reason, start: this.#start }
    this.#tail = text
    return this.#afterDroppedLine()
  }

  #dropText(): Dropped | 'again' | undefined {
    if (this.#queue.length === 0) return undefined
    const length = this.#queue.lineLength()
    const octets = this.#queue.take(length || this.#queue.length)
    if (this.#isEndless(octets.length)) return this.#giveUp()
    const text = length === 0 ? Buffer.from(octets).toString('latin1') : textOf(octets)
    this.#tail = (this.#tail + text.slice(-32)).slice(-32)
    if (length === 0) return 'again'
    this.#tail = this.#tail.replace(/\r$/, '')
    return this.#afterDroppedLine()
  }

  /** A literal that a dropped line announces is dropped with it: its octets must never be taken for commands. */
  #afterDroppedLine(): Dropped | 'again' {
    const announced = marker.exec(this.#tail)
    this.#tail = ''
    if (announced === null || announced[3] === '') return this.#dropEnd()
    this.#left = Number(announced[2])
    this.#state = 'drop-octets'
    return 'again'
  }

  #dropOctets(): Dropped | 'again' | undefined {
    if (this.#dropped + this.#left > this.limits.drainOctets) return this.#giveUp()
    if (this.#left > 0 && this.#queue.length === 0) return undefined
    const taken = this.#queue.take(this.#left).length
    this.#left -= taken
    this.#dropped += taken
    if (this.#left === 0) this.#state = 'drop-text'
    return 'again'
  }

  #dropEnd(): Dropped | 'again' {
    const fault = this.#fault
    this.#fault = undefined
    this.#reset()
    return fault === undefined ? 'again' : { kind: 'fault', ...fault }
  }

  #isEndless(octets: number): boolean {
    this.#dropped += octets
    return this.#dropped > this.limits.drainOctets
  }

  #giveUp(): Dropped {
    this.#queue.clear()
    this.#state = 'over'
    return { kind: 'endless' }
  }
}

/** A line without its line end; LF alone counts as one, since hand-typed sessions and some old clients send it. */
function textOf(line: Uint8Array): string {
  const end = line.length - (line[line.length - 2] === 13 ? 2 : 1)
  return Buffer.from(line.buffer, line.byteOffset, end).toString('latin1')
}
