import { BodyHash } from '#src/formats/dkim/body-hash.ts'
import type { Signable } from '#src/formats/dkim/signable.ts'
import type { Envelope } from '#src/formats/mime/envelope.ts'
import type { MimePart } from '#src/formats/mime/part.ts'
import { type IndexedMessage, itemOf } from '../mailbox/message-parts.ts'
import type { IncomingMessage } from './incoming-message.ts'
import type { Spooled } from './spool.ts'

type CopiedMessage = Pick<IncomingMessage, 'octets' | 'bodyOffset' | 'index'>

/** A message as it will be stored or sent: a header of its own before the body of what came in. */
export class MessageCopy {
  readonly sizeBytes: number
  readonly #header: Uint8Array
  readonly #message: CopiedMessage
  readonly #envelope: Envelope | undefined

  /** `envelope`: what that header says of it, as written, when it is known. */
  constructor(header: Uint8Array, message: CopiedMessage, envelope?: Envelope) {
    this.#header = header
    this.#message = message
    this.#envelope = envelope
    this.sizeBytes = header.length + message.octets.sizeBytes - message.bodyOffset
  }

  async *read({ start = 0, end = this.sizeBytes } = {}): AsyncGenerator<Uint8Array> {
    const { octets, bodyOffset } = this.#message
    const moved = this.#header.length - bodyOffset
    if (start < this.#header.length) yield this.#header.subarray(start, Math.min(end, this.#header.length))
    if (end > this.#header.length)
      yield* octets.read({ start: Math.max(bodyOffset, start - moved), end: end - moved })
  }

  /** The same with more fields on top, each with its CRLF. */
  with(fields: string): MessageCopy {
    return new MessageCopy(Buffer.concat([Buffer.from(fields, 'latin1'), this.#header]), this.#message)
  }

  /** What its item is made of. Its parts were found when the message came in, and lie where its header moves them to. */
  item(): Promise<IndexedMessage['item']> {
    const { index, bodyOffset } = this.#message
    const root = { ...moved(index.root, this.#header.length - bodyOffset), headerOffset: 0 }
    return itemOf({ headerBytes: this.#header, root, envelope: this.#envelope }, async (start, end) => {
      const pieces: Uint8Array[] = []
      for await (const piece of this.read({ start, end })) pieces.push(piece)
      return Buffer.concat(pieces)
    })
  }

  /** What a signature is made over (RFC 6376 §3.7): the header without its empty line, and the hash of the body. */
  signable(bodyHash: string): Signable {
    const text = Buffer.from(this.#header)
    const emptyLine = text.subarray(-2).equals(Buffer.from('\r\n')) ? 2 : 1
    return { header: text.subarray(0, text.length - emptyLine), bodyHash }
  }
}

/** Header edits leave the fields of MIME alone, so that parts move and stay what they are. */
const moved = (part: MimePart, by: number): MimePart => ({
  ...part,
  headerOffset: part.headerOffset + by,
  bodyOffset: part.bodyOffset + by,
  bodyEnd: part.bodyEnd + by,
  parts: part.parts.map((child) => moved(child, by)),
  ...(part.message && { message: { ...part.message, root: moved(part.message.root, by) } }),
})

/** The hash of the body that begins there, for `bh=`. */
export async function hashBody(octets: Spooled, bodyOffset: number): Promise<string> {
  const hash = new BodyHash()
  for await (const chunk of octets.read({ start: bodyOffset })) hash.update(chunk)
  return hash.digest()
}
