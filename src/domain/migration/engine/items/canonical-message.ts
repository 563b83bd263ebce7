import { createHash, type Hash } from 'node:crypto'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { type HeaderField, parseFields, unfold } from '#src/formats/header/fields.ts'
import { decodeEnvelope, type Envelope, envelopeOfFields } from '#src/formats/mime/envelope.ts'
import { MimeIndexer } from '#src/formats/mime/indexer.ts'
import { fileNameOf, isAttachment, type MimePart } from '#src/formats/mime/part.ts'
import { MAX_PARTS } from '#src/formats/mime/part-tree.ts'
import { decodeTransfer } from '#src/formats/mime/transfer.ts'
import { decodeTextStream } from '#src/formats/text/charset.ts'

/** What a message says, by what it is of it, in words for people; of several alike all, in order of their digests. */
export type MessageSayings = ReadonlyMap<string, readonly string[]>

/** The indexer keeps back less of a line than this, and a line break before it: what is further back belongs to a part for good. */
const KEPT_BACK = 1024 + 2
/** Of the subject of a message within, and of such subjects one after the other: each part is named with them. */
const LONGEST_TITLE = 120
const LONGEST_WAY = 500
/** What a charset has no character for; several signs may stand behind it. */
const UNREADABLE = '\ufffd'

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
  #parts = 0
  #signed: MimePart | undefined
  #isTold = true

  push(chunk: Uint8Array): void {
    this.#indexer.push(chunk)
    const data = Buffer.concat([this.#kept, chunk])
    this.#open = this.#open.filter(({ part }) => part.message === undefined)
    this.#pass(data, this.#at + data.length - KEPT_BACK)
  }

  /**
   * `draft`: when it was written, and its Message-ID, are of each reading as long as it was not sent. Undefined: it cannot be told, as a
   * multipart has no parts, or a header or the number of parts is beyond what is looked at.
   */
  finish({ draft }: { draft: boolean }): MessageSayings | undefined {
    const { headerBytes, root } = this.#indexer.finish()
    this.#pass(this.#kept, this.#at + this.#kept.length)
    for (const part of this.#open) this.#close(part)
    if (!this.#isTold || this.#indexer.hasCutHeader || this.#parts >= MAX_PARTS) return undefined
    const said = new Map<string, string[]>()
    const fields = parseFields(headerBytes)
    addEnvelope(said, '', envelopeOfFields(fields), draft)
    addFields(said, fields)
    if (!this.#addPart(said, '', root)) return undefined
    for (const all of said.values()) all.sort()
    return said
  }

  #enter(part: MimePart): void {
    this.#parts++
    // A long header that turned out to be none is the body, and its beginning has passed.
    if (part.bodyOffset < this.#at) this.#isTold = false
    if (part.type === 'multipart') {
      // One that is signed within another is compared with it.
      if (part.subtype !== 'signed' || this.#signed?.bodyEnd === Number.POSITIVE_INFINITY) return
      this.#signed = part
    }
    this.#open.push({ part, at: part.bodyOffset, digest: digestOf(part) })
  }

  /** Gives the octets before `until` to the parts they belong to, and keeps those behind it. */
  #pass(data: Buffer, until: number): void {
    for (const one of this.#open) {
      const { part, at } = one
      const isOver = part.bodyEnd < Number.POSITIVE_INFINITY
      const end = Math.min(isOver ? part.bodyEnd : until, this.#at + data.length)
      if (end > at) {
        one.digest.push(data.subarray(at - this.#at, end - this.#at))
        one.at = end
      }
      if (isOver && one.at >= part.bodyEnd) this.#close(one)
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
    if (part.parts.length > 0) return part.parts.every((child) => this.#addPart(said, within, child))
    if (part.message !== undefined) {
      const { envelope, root } = part.message
      const title = decodeEnvelope(envelope).subject ?? fileNameOf(part) ?? ''
      const isFar = within.length > LONGEST_WAY
      const inIt = isFar ? within : `${within}in the message "${title.slice(0, LONGEST_TITLE)}": `
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
  const octets = decodeTransfer(part.encoding)
  const text = decodeTextStream(part.params.charset)
  const [said, written] = [new Lines(), new Lines()]
  let isReadable = true
  const take = (read: string): void => {
    isReadable &&= !read.includes(UNREADABLE)
    said.push(read)
  }
  const decode = (some: Uint8Array): void => {
    written.push(Buffer.from(some.buffer, some.byteOffset, some.length).toString('latin1'))
    take(text.push(some))
  }
  return {
    push: (chunk) => decode(octets.push(chunk)),
    finish: () => {
      decode(octets.finish())
      take(text.finish())
      return isReadable ? said.finish() : `${said.finish()} ${written.finish()}`
    },
  }
}

const base64Of = (hash: Hash): string => hash.digest('base64url')

/** Lines of a text however they end; line breaks at its end are none of it. */
class Lines {
  readonly #hash = createHash('sha256')
  #breaks = 0
  #endsInCr = false

  push(text: string): void {
    const all = this.#endsInCr ? `\r${text}` : text
    this.#endsInCr = all.endsWith('\r')
    const lines = (this.#endsInCr ? all.slice(0, -1) : all).replace(/\r\n?/g, '\n')
    let end = lines.length
    while (end > 0 && lines[end - 1] === '\n') end--
    if (end > 0) {
      for (; this.#breaks > 0; this.#breaks -= Math.min(this.#breaks, MANY.length))
        this.#hash.update(MANY.slice(0, this.#breaks))
      this.#hash.update(lines.slice(0, end))
    }
    this.#breaks += lines.length - end
  }

  finish(): string {
    return base64Of(this.#hash)
  }
}

const MANY = '\n'.repeat(64 * 1024)

function addEnvelope(said: Map<string, string[]>, within: string, envelope: Envelope, madeUp: boolean): void {
  const { date, dateMs, messageId, references, ...rest } = decodeEnvelope(envelope)
  const names: Readonly<Record<string, unknown>> = {
    ...rest,
    references: references?.join(' '),
    ...(!madeUp && { date: dateMs ?? date, messageId }),
  }
  for (const [name, value] of Object.entries(names)) {
    const text = typeof value === 'string' ? plain(value) : value
    if (text === undefined || text === '') continue
    const words = JSON.stringify(text)
    const asItCame = JSON.stringify(envelope[name as keyof Envelope])
    add(said, `${within}${titleOf[name] ?? name}`, words.includes(UNREADABLE) ? asItCame : words)
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
  for (const { key, value } of fields) {
    if (!compared.has(key)) continue
    const asItCame = unfold(value)
    const words = decodeWords(asItCame)
    add(said, key, plain(words.includes(UNREADABLE) ? asItCame : words))
  }
}

/** Blanks are where lines were folded. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()

function add(said: Map<string, string[]>, name: string, value: string): void {
  const all = said.get(name)
  if (all) all.push(value)
  else said.set(name, [value])
}
