import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { MailDate } from '#src/formats/header/date.ts'
import { decodeOctetString } from '#src/formats/text/utf8.ts'
import { type CalendarDate, parseCalendarDate, parseDateTime } from './dates.ts'
import { normalizeFlag } from './flags.ts'
import { hearMailboxName, parseMailboxName, parseMailboxPattern } from './mailbox-name.ts'
import { maxNumber, type NumberSet, parseNumberSet } from './number-set.ts'
import { type PartialRange, parsePartialRange, SequenceSet } from './sequence-set.ts'
import { fromWire } from './strings.ts'
import { UidList } from './uid-list.ts'

/** A literal of a command or response. */
export type Literal = {
  octets: number
  /** `~{n}`: NUL may be in it. */
  binary: boolean
  /** Which literal of its command or response, from 0. */
  index: number
  /** Undefined when it was handed over as a stream, or is about to be. */
  content: Uint8Array | undefined
}

/** What changes how something is read: what a client has enabled, and who says it. */
export type Spoken = {
  utf8?: boolean
  rev2?: boolean
  /** A server says it: names and flags that no client may send are taken as they come. */
  heard?: boolean
}

/** Where a literal stands in the text of arguments. A line feed can stand there for nothing else. */
const literalMark = '\n'

/** Deeper nesting of lists is an attack, not mail. */
const deepest = 200

const atomText = /[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|}~]+/y
const astringText = /[!#$&'+,\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]+/y
const listMailboxText = /[!#$%&'*+,\-./0-9:;<=>?@A-Z[\]^_`a-z|}~\x80-\xff]+/y
const wordText = /[A-Za-z][A-Za-z0-9.\-=_]*/y
const digits = /\d{1,20}/y
const quotedText = /"([^"\\\r\n\0]*(?:\\["\\][^"\\\r\n\0]*)*)"/y
const setText = /[\d:,*$]+/y
const partialText = /-?\d+:-?\d+/y
const heardFlagText = /\\\*|[^\s()"\x00-\x1f\x7f]+/y
const flagText = /\\?[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|}~]+|\\\*/y

/**
 * Reads what stands behind a command's name, or behind the name of a response, from left to right. Every reading method
 * takes what it returns and throws SyntaxFault, with the place, when something else is there. Text not yet arrived can be
 * put behind it (`add`) while a literal is being streamed.
 */
export class ImapArguments {
  /** UTF8=ACCEPT or IMAP4rev2 is enabled: mailbox names are UTF-8, not modified UTF-7. */
  readonly utf8: boolean
  /** IMAP4rev2 is enabled: what it has no more is no grammar (RFC 9051 appendix E). */
  readonly rev2: boolean
  readonly #heard: boolean
  readonly #literals: Literal[] = []
  #literalAt = 0
  #text: string
  #at = 0
  #depth = 0

  constructor(wireText = '', options: Spoken = {}) {
    this.#text = wireText
    this.utf8 = options.utf8 ?? false
    this.rev2 = options.rev2 ?? false
    this.#heard = options.heard ?? false
  }

  /** Puts more behind what there is; a literal stands behind the text. */
  add(wireText: string, literal?: Literal): void {
    this.#text += literal === undefined ? wireText : wireText + literalMark
    if (literal !== undefined) this.#literals.push(literal)
  }

  get length(): number {
    return this.#text.length
  }

  get literals(): readonly Literal[] {
    return this.#literals
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  /** SyntaxFault unless everything was read. A blank at the end is overlooked: several clients send one. */
  end(): void {
    if (!/^ ?$/.test(this.#text.slice(this.#at, this.#at + 2))) throw this.fault('Something is too much here')
  }

  fault(message: string): SyntaxFault {
    return new SyntaxFault(message, this.#at)
  }

  /** The next character, or `''`. */
  peek(): string {
    return this.#text.charAt(this.#at)
  }

  /** The rest, as wire text. */
  rest(): string {
    const rest = this.#text.slice(this.#at)
    this.#at = this.#text.length
    return rest
  }

  /** Takes the text if it is here, whatever its case. */
  take(text: string): boolean {
    const here = this.#text.slice(this.#at, this.#at + text.length)
    if (here !== text && here.toUpperCase() !== text.toUpperCase()) return false
    this.#at += text.length
    return true
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.fault(`'${text}' is missing`)
  }

  space(): void {
    this.expect(' ')
  }

  /** Takes a blank if something stands behind it. */
  hasMore(): boolean {
    if (this.peek() !== ' ' || this.#at + 1 >= this.#text.length) return false
    this.#at++
    return true
  }

  /** Goes back over characters just taken; never over a literal. */
  back(characters: number): void {
    this.#at -= characters
  }

  /** Takes what the sticky grammar matches here; undefined when it does not. */
  match(grammar: RegExp): RegExpExecArray | undefined {
    grammar.lastIndex = this.#at
    const match = grammar.exec(this.#text)
    if (match === null) return undefined
    this.#at = grammar.lastIndex
    return match
  }

  #need(grammar: RegExp, what: string): string {
    const match = this.match(grammar)
    if (match === undefined) throw this.fault(`${what} is missing`)
    return match[0]
  }

  /** A keyword of the protocol, in upper case. */
  word(): string {
    return this.#need(wordText, 'A word').toUpperCase()
  }

  /** The keyword here, in upper case, without taking it; `''` when there is none. */
  peekWord(): string {
    wordText.lastIndex = this.#at
    return wordText.exec(this.#text)?.[0].toUpperCase() ?? ''
  }

  /** Takes the keyword if it is the one here. */
  takeWord(word: string): boolean {
    if (this.peekWord() !== word) return false
    this.#at += word.length
    return true
  }

  atom(): string {
    return this.#need(atomText, 'An atom')
  }

  /** `NIL`, taken if it is here. */
  nil(): boolean {
    if (!/^nil(?![!#$&'+,\-./0-9:;<=>?@A-Z[\]^_`a-z|}~])/i.test(this.#text.slice(this.#at, this.#at + 4)))
      return false
    this.#at += 3
    return true
  }

  number(): number {
    const number = Number(this.#need(digits, 'A number'))
    if (number > maxNumber) throw this.fault('The number is too large')
    return number
  }

  nonZero(): number {
    const number = this.number()
    if (number === 0) throw this.fault('The number is zero')
    return number
  }

  /** A size or mod-sequence of up to 63 bits (RFC 9051 number64). Beyond 2^53-1 it counts as 2^53-1. */
  number64(): number {
    return Math.min(Number(this.#need(digits, 'A number')), Number.MAX_SAFE_INTEGER)
  }

  /** The literal here; undefined when there is none. Its content is undefined when it is streamed. */
  takeLiteral(): Literal | undefined {
    if (this.peek() !== literalMark) return undefined
    this.#at++
    return this.#literals[this.#literalAt++]!
  }

  literal(): Literal {
    const literal = this.takeLiteral()
    if (literal === undefined) throw this.fault('A literal is missing')
    return literal
  }

  /** A quoted string or a literal, as wire text: its octets are not decoded. */
  stringOctets(): string {
    const quoted = this.match(quotedText)
    if (quoted !== undefined) {
      const text = quoted[1]!
      return text.includes('\\') ? text.replace(/\\(.)/g, '$1') : text
    }
    const literal = this.takeLiteral()
    if (literal === undefined) throw this.fault('A string is missing')
    const { content } = literal
    if (content === undefined) throw this.fault('This string is too long')
    return Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1')
  }

  #hasString(): boolean {
    const next = this.peek()
    return next === '"' || next === literalMark
  }

  /** A string of UTF-8. */
  string(): string {
    return fromWire(this.stringOctets())
  }

  /** A string, or null for NIL. */
  nstring(): string | null {
    return this.nil() ? null : this.string()
  }

  /** A string of a response, or null for NIL: what is not UTF-8 is read as windows-1252, since servers pass on what senders wrote. */
  nstringLenient(): string | null {
    return this.nil() ? null : decodeOctetString(this.stringOctets())
  }

  astringOctets(): string {
    return this.#hasString() ? this.stringOctets() : this.#need(astringText, 'A string')
  }

  /** An atom or a string of UTF-8. */
  astring(): string {
    return fromWire(this.astringOctets())
  }

  /** A mailbox name as people know it; INBOX in upper case. */
  mailbox(): string {
    const octets = this.astringOctets()
    return this.#heard ? hearMailboxName(octets, this.utf8) : parseMailboxName(octets, this.utf8)
  }

  /** A pattern of LIST: a mailbox name in which `*` and `%` are wildcards. One that cuts through modified UTF-7 (`&*`) is taken as it is. */
  listMailbox(): string {
    const octets = this.#hasString() ? this.stringOctets() : this.#need(listMailboxText, 'A pattern')
    return parseMailboxPattern(octets, this.utf8)
  }

  sequenceSet(): SequenceSet {
    return SequenceSet.parse(this.#need(setText, 'A set of messages'))
  }

  /** A set of numbers without `*`. */
  numberSet(): NumberSet {
    return parseNumberSet(this.#need(setText, 'A set of numbers'))
  }

  uidList(): UidList {
    return UidList.parse(this.#need(setText, 'A list of UIDs'))
  }

  partialRange(): PartialRange {
    return parsePartialRange(this.#need(partialText, 'A partial range'))
  }

  /** `1-Feb-1994`, quoted or not. */
  date(): CalendarDate {
    return parseCalendarDate(this.#hasString() ? this.stringOctets() : this.atom())
  }

  /** `"17-Jul-1996 02:44:25 -0700"`. */
  dateTime(): MailDate {
    return parseDateTime(this.stringOctets())
  }

  /** A flag; system flags in their usual spelling. `\*` too, which only PERMANENTFLAGS may hold. */
  flag(): string {
    if (!this.#heard) return normalizeFlag(this.#need(flagText, 'A flag'))
    // Servers have keywords with brackets, quotes and letters of any kind.
    const octets = this.#hasString() ? this.stringOctets() : this.#need(heardFlagText, 'A flag')
    return normalizeFlag(decodeOctetString(octets))
  }

  /** `(\Seen $Junk)`. */
  flagList(): string[] {
    return this.#heard && this.nil() ? [] : this.list(() => this.flag())
  }

  /** `(a b c)` or `()`; blanks more or fewer are forgiven at the brackets. */
  list<T>(read: () => T): T[] {
    this.expect('(')
    if (++this.#depth > deepest) throw this.fault('Lists are nested too deep')
    const items: T[] = []
    while (this.take(' '));
    while (!this.take(')')) {
      items.push(read())
      if (this.peek() === ')') continue
      this.space()
      while (this.take(' '));
    }
    this.#depth--
    return items
  }

  /** As `list`, of at least one. */
  listOfSome<T>(read: () => T): T[] {
    const items = this.list(read)
    if (items.length === 0) throw this.fault('The list is empty')
    return items
  }
}
