import { BodyHash } from '#src/formats/dkim/body-hash.ts'
import type { Signable } from '#src/formats/dkim/signable.ts'
import type { Spooled } from './spool.ts'

/** A message as it will be stored or sent: a header of its own before the body of what came in. */
export class MessageCopy {
  readonly sizeBytes: number
  readonly #header: Uint8Array
  readonly #octets: Spooled
  readonly #bodyOffset: number

  constructor(header: Uint8Array, octets: Spooled, bodyOffset: number) {
    this.#header = header
    this.#octets = octets
    this.#bodyOffset = bodyOffset
    this.sizeBytes = header.length + octets.sizeBytes - bodyOffset
  }

  async *read(): AsyncGenerator<Uint8Array> {
    yield this.#header
    yield* this.#octets.read({ start: this.#bodyOffset })
  }

  /** The same with more fields on top, each with its CRLF. */
  with(fields: string): MessageCopy {
    const header = Buffer.concat([Buffer.from(fields, 'latin1'), this.#header])
    return new MessageCopy(header, this.#octets, this.#bodyOffset)
  }

  /** What a signature is made over (RFC 6376 §3.7): the header without its empty line, and the hash of the body. */
  signable(bodyHash: string): Signable {
    const text = Buffer.from(this.#header)
    const emptyLine = text.subarray(-2).equals(Buffer.from('\r\n')) ? 2 : 1
    return { header: text.subarray(0, text.length - emptyLine), bodyHash }
  }
}

/** The hash of the body that begins there, for `bh=`. */
export async function hashBody(octets: Spooled, bodyOffset: number): Promise<string> {
  const hash = new BodyHash()
  for await (const chunk of octets.read({ start: bodyOffset })) hash.update(chunk)
  return hash.digest()
}
