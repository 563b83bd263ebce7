import { createHash, type Hash } from 'node:crypto'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { type HeaderField, parseFields, unfold } from '#src/formats/header/fields.ts'
import { decodeEnvelope, type Envelope, envelopeOfFields } from '#src/formats/mime/envelope.ts'
import { MimeIndexer } from '#src/formats/mime/indexer.ts'
import { fileNameOf, isAttachment, type MimePart } from '#src/formats/mime/part.ts'
import { decodePart } from '#src/formats/mime/part-text.ts'
import { decodeTransfer } from '#src/formats/mime/transfer.ts'

/** What a message says, by what it is of it, in words for people; of several alike all, in order of their digests. */
export type MessageSayings = ReadonlyMap<string, readonly string[]>

/** The indexer keeps back less of a line than this, and a line break before it: what is further back belongs to a part for good. */
const KEPT_BACK = 1024 + 2

/** Beside the envelope: what people wrote or chose, and what programs sort by. */
const compared: ReadonlySet<string> = new Set([
  ...['importance', 'priority', 'x-priority', 'sensitivity', 'keywords', 'thread-index', 'thread-topic'],
  ...['disposition-notification-to', 'return-receipt-to', 'content-class', 'x-message-flag', 'comments'],
  ...['list-id', 'list-post', 'list-unsubscribe', 'list-help', 'auto-submitted', 'expires', 'reply-by'],
  ...['resent-from', 'resent-to', 'resent-cc', 'resent-date', 'resent-message-id'],
])

/**
 * Takes a message piece by piece and tells what it says without regard to how that is written: boundaries, folding, transfer encodings,
 * charsets, line ends, the order of header fields, what servers note on the way. An Exchange server that keeps properties and no octets
 * writes those anew at each reading (MS-OXCMAIL §2.1). What is signed is compared as it is written. Holds one line and a digest per part.
 */
export class CanonicalMessage {
  readonly #indexer = new MimeIndexer((part) => this.#enter(part))
  readonly #digests = new Map<MimePart, string>()
  #open: PassingPart[] = []
  #kept: Buffer = Buffer.alloc(0)
  #at = 0

  push(chunk: Uint8Array): void {
    this.#indexer.push(chunk)
    const data = Buffer.concat([this.#kept, chunk])
    this.#open = this.#open.filter(({ part }) => part.message === undefined)
    this.#pass(data, this.#at + data.length - KEPT_BACK)
  }

  /**
   * `draft`: when it was written, and its Message-ID, are of each reading as long as it was not sent. Undefined: it cannot be told, as a
   * multipart has no parts.
   */
  finish({ draft }: { draft: boolean }): MessageSayings | undefined {
    const { headerBytes, root } = this.#indexer.finish()
    this.#pass(this.#kept, this.#at + this.#kept.length)
    for (const part of this.#open) this.#close(part)
    const said = new Map<string, string[]>()
    const fields = parseFields(headerBytes)
    addEnvelope(said, '', envelopeOfFields(fields), draft)
    addFields(said, fields)
    if (!this.#addPart(said, '', root)) return undefined
    for (const all of said.values()) all.sort()
    return said
  }

  #enter(part: MimePart): void {
    if (part.type !== 'multipart' || part.subtype === 'signed')
      this.#open.push({ part, at: part.bodyOffset, digest: digestOf(part) })
  }

  /** Gives the octets before `until` to the parts they belong to, and keeps those behind it. */
  #pass(data: Buffer, until: number): void {
    for (const one of this.#open) {
      const { part, at } = one
      // Until it ends its end lies where its header begins.
      const isOver = part.bodyEnd > part.headerOffset
      const end = Math.min(isOver ? part.bodyEnd : until, this.#at + data.length)
      if (end > at) {
        one.digest.push(data.subarray(at - this.#at, end - this.#at))
        one.at = end
      }
      if (isOver && one.at === part.bodyEnd) this.#close(one)
    }
    this.#open = this.#open.filter(({ part }) => !this.#digests.has(part))
    const from = Math.min(data.length, Math.max(0, until - this.#at))
    this.#kept = Buffer.from(data.subarray(from))
    this.#at += from
  }

  #close({ part, digest }: PassingPart): void {
    this.#digests.set(part, digest.finish())
  }

  /** False where a part has no digest. */
  #addPart(said: Map<string, string[]>, within: string, part: MimePart): boolean {
    const digest = this.#digests.get(part)
    if (part.type === 'multipart' && part.subtype === 'signed')
      add(said, `${within}what is signed`, digest ?? '')
    if (part.parts.length > 0)
      // What a boundary promised and nothing followed is none.
      return part.parts.every((child) => this.#addPart(said, within, child))
    if (part.message !== undefined) {
      const { envelope, root } = part.message
      const title = decodeEnvelope(envelope).subject ?? fileNameOf(part) ?? ''
      const inIt = `${within}in the message "${title}": `
      // Of one that never travelled a server makes them up at each reading.
      addEnvelope(said, inIt, envelope, true)
      return this.#addPart(said, inIt, root)
    }
    if (digest === undefined) return false
    const { type, subtype, id = '', location = '' } = part
    const name = fileNameOf(part)
    const isFile = isAttachment(part) || type !== 'text'
    const words = isFile
      ? name === undefined
        ? `a part of type ${type}/${subtype}`
        : `the file "${name}"`
      : `the text (${subtype})`
    const method = part.params.method ?? ''
    const facts = [type, subtype, name ?? '', id, decodeWords(location), isFile, method, digest]
    add(said, `${within}${words}`, JSON.stringify(facts))
    return true
  }
}

/** What two messages do not say alike, in words for people. */
export function saidOtherwise(one: MessageSayings, other: MessageSayings): string[] {
  const names = new Set([...one.keys(), ...other.keys()])
  const textOf = (all: readonly string[] = []) => all.join('\n')
  return [...names].filter((name) => textOf(one.get(name)) !== textOf(other.get(name)))
}

/** `at`: the next octet it wants. */
type PassingPart = { part: MimePart; at: number; digest: { push(chunk: Uint8Array): void; finish(): string } }

function digestOf(part: MimePart): PassingPart['digest'] {
  const hash = createHash('sha256')
  if (part.type === 'multipart') return { push: (chunk) => hash.update(chunk), finish: () => base64Of(hash) }
  // A file is what its octets are.
  if (part.type !== 'text' || isAttachment(part)) {
    const octets = decodeTransfer(part.encoding)
    return {
      push: (chunk) => hash.update(octets.push(chunk)),
      finish: () => base64Of(hash.update(octets.finish())),
    }
  }
  const text = decodePart(part)
  const lines = new Lines(hash)
  return {
    push: (chunk) => lines.push(text.push(chunk)),
    finish: () => {
      lines.push(text.finish())
      return base64Of(hash)
    },
  }
}

const base64Of = (hash: Hash): string => hash.digest('base64url')

/** Lines of a text however they end; line breaks at its end are none of it. */
class Lines {
  readonly #hash: Hash
  #breaks = ''

  constructor(hash: Hash) {
    this.#hash = hash
  }

  push(text: string): void {
    const all = `${this.#breaks}${text}`
    let end = all.length
    while (end > 0 && (all[end - 1] === '\n' || all[end - 1] === '\r')) end--
    if (end > 0) this.#hash.update(all.slice(0, end).replace(/\r\n|\r/g, '\n'))
    this.#breaks = all.slice(end)
  }
}

function addEnvelope(said: Map<string, string[]>, within: string, envelope: Envelope, madeUp: boolean): void {
  const { date, dateMs, messageId, references, ...rest } = decodeEnvelope(envelope)
  const names: Readonly<Record<string, unknown>> = {
    ...rest,
    references: references?.join(' '),
    ...(!madeUp && { date: dateMs ?? date, messageId }),
  }
  for (const [name, value] of Object.entries(names)) {
    const text = typeof value === 'string' ? plain(value) : value
    if (text !== undefined && text !== '')
      add(said, `${within}${titleOf[name] ?? name}`, JSON.stringify(text))
  }
}

const titleOf: Readonly<Record<string, string>> = {
  ...{
    subject: 'Subject',
    from: 'From',
    sender: 'Sender',
    replyTo: 'Reply-To',
    to: 'To',
    cc: 'Cc',
    bcc: 'Bcc',
  },
  ...{ date: 'Date', messageId: 'Message-ID', inReplyTo: 'In-Reply-To', references: 'References' },
}

function addFields(said: Map<string, string[]>, fields: readonly HeaderField[]): void {
  for (const { key, name, value } of fields)
    if (compared.has(key)) add(said, name.toLowerCase(), plain(decodeWords(unfold(value))))
}

/** Blanks are where lines were folded. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()

function add(said: Map<string, string[]>, name: string, value: string): void {
  const all = said.get(name)
  if (all) all.push(value)
  else said.set(name, [value])
}
