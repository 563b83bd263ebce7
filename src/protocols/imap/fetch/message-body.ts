import type { Structure } from '#src/domain/mailbox/content.ts'
import type { BodyNo, Item } from '#src/domain/mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '#src/domain/mailbox/store.ts'
import { findPart } from '#src/formats/mime/part.ts'
import { decodeTransfer } from '#src/formats/mime/transfer.ts'
import type { Section, SectionRange } from '#src/wire/imap/section.ts'
import { pickHeaderFields } from './header-fields.ts'
import { clipped, type Place, placeOfSection } from './section-place.ts'

/** A header is looked at up to here. */
const HEADER_BYTES = 1024 * 1024

/** Octets that are sent: as many as `octets` says, in pieces. */
export type Content = { octets: number; hasNul: boolean; pieces: AsyncIterable<Uint8Array> }

const encodings = new Set([
  '7bit',
  '8bit',
  'binary',
  'base64',
  'quoted-printable',
  'x-uuencode',
  'x-uue',
  'uuencode',
  'uue',
])

/** What an item without a structure of its own looks like. */
const plain = (sizeBytes: number): Structure => ({
  path: '1',
  headerOffset: 0,
  bodyOffset: 0,
  bodyEnd: sizeBytes,
  bodyLines: 0,
  type: 'text',
  subtype: 'plain',
  params: {},
  encoding: '7bit',
  parts: [],
})

/** The stored message of an item, of which only what is asked for is read. */
export class MessageBody {
  readonly root: Structure
  readonly sizeBytes: number
  readonly #mailboxes: MailboxReader
  readonly #at: MailboxRef
  readonly #body: BodyNo | null

  constructor(mailboxes: MailboxReader, at: MailboxRef, item: Item) {
    this.#mailboxes = mailboxes
    this.#at = at
    this.#body = item.body
    this.sizeBytes = item.body === null ? 0 : item.sizeBytes
    this.root = item.structure ?? plain(this.sizeBytes)
  }

  /** A section of BODY[…]; undefined for a part that is not there. */
  async section(section: Section, range: SectionRange | undefined): Promise<Content | undefined> {
    const place = placeOfSection(this.root, this.sizeBytes, section)
    if (place === undefined) return undefined
    if (section.text !== 'fields' && section.text !== 'fields-not') return this.#raw(clipped(place, range))
    const block = await this.#read({
      start: place.start,
      end: Math.min(place.end, place.start + HEADER_BYTES),
    })
    const octets = Buffer.from(pickHeaderFields(block, section), 'latin1')
    const { start, end } = clipped({ start: 0, end: octets.length }, range)
    return held(octets.subarray(start, end))
  }

  /**
   * A part without its transfer encoding (RFC 3516). `unknown-encoding` where that is one nobody knows. What must be
   * decoded is read twice, once to know how long it is.
   */
  async decoded(
    path: string,
    range: SectionRange | undefined,
  ): Promise<Content | 'unknown-encoding' | undefined> {
    const place = placeOfSection(this.root, this.sizeBytes, { path, text: 'all' })
    if (place === undefined) return undefined
    const part = path === '' ? undefined : findPart(this.root, path)
    const encoding = part === undefined || part.type === 'multipart' ? 'binary' : part.encoding
    if (!encodings.has(encoding)) return 'unknown-encoding'
    let octets = 0
    let hasNul = false
    for await (const piece of this.#decode(place, encoding)) {
      octets += piece.length
      hasNul ||= piece.includes(0)
    }
    const { start, end } = clipped({ start: 0, end: octets }, range)
    return { octets: end - start, hasNul, pieces: cut(this.#decode(place, encoding), start, end) }
  }

  #raw(place: Place): Content {
    return { octets: place.end - place.start, hasNul: false, pieces: withoutNul(this.#pieces(place)) }
  }

  async #read(place: Place): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    for await (const piece of this.#pieces(place)) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  async *#decode(place: Place, encoding: string): AsyncGenerator<Uint8Array> {
    const decoder = decodeTransfer(encoding)
    for await (const piece of this.#pieces(place)) yield decoder.push(piece)
    yield decoder.finish()
  }

  async *#pieces({ start, end }: Place): AsyncGenerator<Uint8Array> {
    if (this.#body === null || start >= end) return
    yield* this.#mailboxes.readBody(this.#at, this.#body, { start, end })
  }
}

function held(octets: Uint8Array): Content {
  return { octets: octets.length, hasNul: false, pieces: withoutNul([octets]) }
}

/** No NUL may be in a literal of BODY (RFC 9051 §4.3.1); other servers send 0x80 in its place, too. */
async function* withoutNul(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield piece.includes(0) ? piece.map((octet) => octet || 0x80) : piece
}

/** Octets `start` up to before `end` of what the pieces give together. */
async function* cut(
  pieces: AsyncIterable<Uint8Array>,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const piece of pieces) {
    const wanted = piece.subarray(Math.max(0, start - at), Math.max(0, end - at))
    at += piece.length
    if (wanted.length > 0) yield wanted
    if (at >= end) return
  }
}
