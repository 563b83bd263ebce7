import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { MailDate } from '#src/formats/header/date.ts'
import type { Envelope } from '#src/formats/mime/envelope.ts'
import type { MimePart } from '#src/formats/mime/part.ts'
import type { ImapArguments, Literal } from './arguments.ts'
import { type BodyPart, parseBodyStructure } from './body-part.ts'
import { formatBodyStructure } from './body-structure.ts'
import { formatDateTime, parseDateTime } from './dates.ts'
import { formatEnvelope, parseEnvelope } from './envelope.ts'
import { formatFlagList } from './flags.ts'
import { type GmailDatum, parseGmailDatum } from './gmail.ts'
import { formatSection, parseBinarySection, parseSection, type Section } from './section.ts'
import { formatLiteral, formatNString } from './strings.ts'

/** Which octets of a message follow: of which section, and from which octet on if a range was asked for. */
export type BodyName =
  | { item: 'BODY[]'; section: Section; origin?: number }
  | { item: 'BINARY[]'; path: string; origin?: number }
  | { item: 'RFC822' | 'RFC822.HEADER' | 'RFC822.TEXT' }

/** One datum of a FETCH response but for octets of the message (RFC 9051 §7.5.2, RFC 7162, 8474, 8514, 8970). */
type FetchDatum =
  | { item: 'FLAGS'; flags: readonly string[] }
  | { item: 'UID'; uid: number }
  | { item: 'MODSEQ'; modseq: number }
  | { item: 'INTERNALDATE'; date: MailDate }
  | { item: 'RFC822.SIZE'; octets: number }
  | { item: 'ENVELOPE'; envelope: Envelope }
  | { item: 'EMAILID'; id: string }
  | { item: 'THREADID'; id: string | null }
  | { item: 'SAVEDATE'; date: MailDate | null }
  | { item: 'PREVIEW'; text: string | null }
  | { item: 'BINARY.SIZE[]'; path: string; octets: number }

/** As a server writes it. */
export type FetchItem = FetchDatum | { item: 'BODY' | 'BODYSTRUCTURE'; root: MimePart }

/** As a client reads it. Content null is NIL; a literal that was streamed has no content of its own. */
export type FetchedItem =
  | FetchDatum
  | GmailDatum
  | { item: 'BODY' | 'BODYSTRUCTURE'; root: BodyPart }
  | (BodyName & { content: Uint8Array | null | { streamed: Literal } })
  /** What this codec does not know. */
  | { item: 'OTHER'; name: string }

/** `12 FETCH (`; items follow, parted by blanks, and then `)`. */
export function formatFetchStart(sequence: number): string {
  return `${sequence} FETCH (`
}

/** One item. The sequence number is always said: UIDFETCH of RFC 9586 is not offered. */
export function formatFetchItem(item: FetchItem, utf8 = false): string {
  switch (item.item) {
    case 'FLAGS':
      return `FLAGS ${formatFlagList(item.flags)}`
    case 'UID':
      return `UID ${item.uid}`
    case 'MODSEQ':
      return `MODSEQ (${item.modseq})`
    case 'INTERNALDATE':
      return `INTERNALDATE ${formatDateTime(item.date.epochMs, item.date.zoneMinutes)}`
    case 'RFC822.SIZE':
      return `RFC822.SIZE ${item.octets}`
    case 'ENVELOPE':
      return `ENVELOPE ${formatEnvelope(item.envelope, utf8)}`
    case 'BODY':
    case 'BODYSTRUCTURE':
      return `${item.item} ${formatBodyStructure(item.root, { extended: item.item === 'BODYSTRUCTURE', utf8 })}`
    case 'EMAILID':
      return `EMAILID (${item.id})`
    case 'THREADID':
      return `THREADID ${item.id === null ? 'NIL' : `(${item.id})`}`
    case 'SAVEDATE':
      return `SAVEDATE ${item.date === null ? 'NIL' : formatDateTime(item.date.epochMs, item.date.zoneMinutes)}`
    case 'PREVIEW':
      return `PREVIEW ${formatNString(item.text, utf8)}`
    case 'BINARY.SIZE[]':
      return `BINARY.SIZE[${item.path}] ${item.octets}`
  }
}

/** A whole response with `* ` and CRLF, for what needs no streaming. */
export function formatFetchResponse(sequence: number, items: readonly FetchItem[], utf8 = false): string {
  return `* ${sequence} FETCH (${items.map((item) => formatFetchItem(item, utf8)).join(' ')})\r\n`
}

/**
 * A whole response that tells the state of a message, of which there may be one for each of a folder; `flags` is wire text of
 * `formatFlagList`.
 */
export function formatStateResponse(
  sequence: number,
  {
    uid,
    modseq,
    flags,
  }: { uid?: number | undefined; modseq?: number | undefined; flags?: string | undefined },
): string {
  let items = uid === undefined ? '' : `UID ${uid}`
  if (modseq !== undefined) items += items === '' ? `MODSEQ (${modseq})` : ` MODSEQ (${modseq})`
  if (flags !== undefined) items += items === '' ? `FLAGS ${flags}` : ` FLAGS ${flags}`
  return `* ${sequence} FETCH (${items})\r\n`
}

function bodyName(name: BodyName): string {
  const origin = 'origin' in name && name.origin !== undefined ? `<${name.origin}>` : ''
  if (name.item === 'BODY[]') return `BODY${formatSection(name.section)}${origin}`
  return name.item === 'BINARY[]' ? `BINARY[${name.path}]${origin}` : name.item
}

/**
 * `BODY[1] {1234}` with CRLF: exactly `octets` octets must follow it. `binary` for BINARY with NUL in it: `~{1234}`.
 * BODY never has NULs that a server may send (RFC 9051 §4.3.1): the caller keeps them out of it.
 */
export function formatBodyStart(name: BodyName, octets: number, binary = false): string {
  return `${bodyName(name)} ${binary ? '~' : ''}{${octets}}\r\n`
}

/** A body that is here, as wire text, or null for NIL. */
export function formatBody(name: BodyName, wire: string | null): string {
  if (wire === null) return `${bodyName(name)} NIL`
  if (wire === '') return `${bodyName(name)} ""`
  return `${bodyName(name)} ${formatLiteral(wire, name.item === 'BINARY[]' && wire.includes('\0'))}`
}

const itemName = /BODY(?=\[)|BINARY\.SIZE(?=\[)|BINARY(?=\[)|[A-Za-z0-9.\-/]+/iy

/**
 * Items of a FETCH response in their order, as far as they have arrived: at a `literal` event of the reader, and when the
 * response is whole. The arguments stand behind `FETCH`.
 */
export class FetchParser {
  readonly #args: ImapArguments
  #place: 'start' | 'item' | 'after' | 'end' = 'start'

  constructor(args: ImapArguments) {
    this.#args = args
  }

  /** Whether the closing bracket was read. */
  get isDone(): boolean {
    return this.#place === 'end'
  }

  /** The next item; undefined when the rest has not arrived or there is none. SyntaxFault. */
  next(): FetchedItem | undefined {
    const args = this.#args
    if (this.#place === 'start') {
      args.expect(' (')
      this.#place = args.take(')') ? 'end' : 'item'
    }
    if (this.#place === 'after' && !args.atEnd) {
      while (args.take(' '));
      this.#place = args.take(')') ? 'end' : 'item'
    }
    if (this.#place !== 'item') return undefined
    this.#place = 'after'
    return parseItem(args)
  }
}

/** All items of a whole response. */
export function parseFetchResponse(args: ImapArguments): FetchedItem[] {
  const parser = new FetchParser(args)
  const items: FetchedItem[] = []
  for (let item = parser.next(); item !== undefined; item = parser.next()) items.push(item)
  if (!parser.isDone) throw args.fault('The response has no end')
  return items
}

function parseItem(args: ImapArguments): FetchedItem {
  const name = args.match(itemName)?.[0].toUpperCase()
  if (name === undefined) throw args.fault('The name of an item is missing')
  if (args.peek() === '[') return parseSectionItem(args, name)
  args.space()
  switch (name) {
    case 'FLAGS':
      return { item: name, flags: args.flagList() }
    case 'UID':
      return { item: name, uid: args.nonZero() }
    case 'MODSEQ':
      return { item: name, modseq: inBrackets(args, () => args.number64()) }
    case 'INTERNALDATE':
      return parseMoment(args) ?? { item: 'OTHER', name }
    case 'RFC822.SIZE':
      return parseSize(args) ?? { item: 'OTHER', name }
    case 'ENVELOPE':
      return { item: name, envelope: parseEnvelope(args) }
    case 'BODY':
    case 'BODYSTRUCTURE':
      return { item: name, root: parseBodyStructure(args) }
    case 'EMAILID':
      return { item: name, id: inBrackets(args, () => args.atom()) }
    case 'THREADID':
      return { item: name, id: args.nil() ? null : inBrackets(args, () => args.atom()) }
    case 'SAVEDATE':
      return { item: name, date: args.nil() ? null : args.dateTime() }
    case 'PREVIEW':
      return { item: name, text: args.nstringLenient() }
    case 'X-GM-MSGID':
    case 'X-GM-LABELS':
      return parseGmailDatum(args, name)
    case 'RFC822':
    case 'RFC822.HEADER':
    case 'RFC822.TEXT':
      return { item: name, content: parseContent(args) }
    default:
      skip(args)
      return { item: 'OTHER', name }
  }
}

/** Undefined for NIL and for no moment at all: for one message others are not left out, nor it for its date. */
function parseMoment(args: ImapArguments): FetchedItem | undefined {
  if (args.nil()) return undefined
  const text = args.stringOctets()
  try {
    return { item: 'INTERNALDATE', date: parseDateTime(text) }
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}

/** Undefined for NIL and for what is no number of octets. */
function parseSize(args: ImapArguments): FetchedItem | undefined {
  if (args.nil() || args.match(/-\d+/y) !== undefined) return undefined
  return { item: 'RFC822.SIZE', octets: args.number64() }
}

function parseSectionItem(args: ImapArguments, name: string): FetchedItem {
  if (name === 'BODY') {
    const section = parseSection(args)
    const origin = parseOrigin(args)
    return { item: 'BODY[]', section, ...origin, content: parseContent(args) }
  }
  const path = parseBinarySection(args)
  if (name === 'BINARY.SIZE') {
    args.space()
    return { item: 'BINARY.SIZE[]', path, octets: args.number64() }
  }
  if (name !== 'BINARY') throw args.fault('This has no sections')
  const origin = parseOrigin(args)
  return { item: 'BINARY[]', path, ...origin, content: parseContent(args) }
}

function parseOrigin(args: ImapArguments): { origin?: number } {
  if (!args.take('<')) {
    args.space()
    return {}
  }
  const origin = args.number64()
  args.expect('> ')
  return { origin }
}

function parseContent(args: ImapArguments): Uint8Array | null | { streamed: Literal } {
  if (args.nil()) return null
  const literal = args.takeLiteral()
  if (literal === undefined) return Buffer.from(args.stringOctets(), 'latin1')
  return literal.content ?? { streamed: literal }
}

function inBrackets<T>(args: ImapArguments, read: () => T): T {
  args.expect('(')
  const value = read()
  args.expect(')')
  return value
}

function skip(args: ImapArguments): void {
  if (args.peek() === '(') args.list(() => skip(args))
  else if (!args.nil() && args.match(/\\[A-Za-z]+/y) === undefined) args.astringOctets()
}
