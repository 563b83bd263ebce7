import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { BodyHash } from './body-hash.ts'

/** What a signature is made over: the header as octets, its last CRLF included, and the hash of the body. */
export type Signable = { header: Buffer; bodyHash: string }

/** Octets of a header block that are read; LIM-08 and common practice are far below. */
const MAX_HEADER_OCTETS = 1_048_576
const LF = 10
const CR = 13

/**
 * Parts a message into header and body as it passes by: the header whole, the body chunk by chunk. `header` gets the lines
 * up to the empty one, which belongs to neither; it is called once. SyntaxFault when the header is too long.
 */
export class HeaderSplitter {
  readonly #onBody: (chunk: Uint8Array) => void
  readonly #maxOctets: number
  #pieces: Buffer[] = []
  #size = 0
  #lineLength = 0
  #lastWasCr = false
  #header: Buffer | undefined

  constructor(onBody: (chunk: Uint8Array) => void, maxOctets = MAX_HEADER_OCTETS) {
    this.#onBody = onBody
    this.#maxOctets = maxOctets
  }

  push(chunk: Uint8Array): void {
    if (this.#header !== undefined) {
      this.#onBody(chunk)
      return
    }
    for (let at = 0; at < chunk.length; at++) {
      const octet = chunk[at]
      if (octet !== LF) {
        this.#lineLength++
        this.#lastWasCr = octet === CR
        continue
      }
      const emptyLine = this.#lineLength === 0 || (this.#lineLength === 1 && this.#lastWasCr)
      if (emptyLine) {
        this.#keep(chunk.subarray(0, at + 1))
        this.#finish(this.#lineLength + 1)
        if (at + 1 < chunk.length) this.#onBody(chunk.subarray(at + 1))
        return
      }
      this.#lineLength = 0
      this.#lastWasCr = false
    }
    this.#keep(chunk)
  }

  /** The header block; all of the message when no empty line came. */
  end(): Buffer {
    if (this.#header === undefined) this.#finish(0)
    return this.#header!
  }

  #keep(piece: Uint8Array): void {
    this.#size += piece.length
    if (this.#size > this.#maxOctets) throw new SyntaxFault(`a header longer than ${this.#maxOctets} octets`)
    this.#pieces.push(Buffer.from(piece))
  }

  #finish(emptyLineLength: number): void {
    this.#header = Buffer.concat(this.#pieces).subarray(0, this.#size - emptyLineLength)
    this.#pieces = []
  }
}

/** Reads a message once, keeping its header only. SyntaxFault when the header is longer than MAX_HEADER_OCTETS. */
export async function readSignable(message: AsyncIterable<Uint8Array>): Promise<Signable> {
  const body = new BodyHash()
  const splitter = new HeaderSplitter((chunk) => body.update(chunk))
  for await (const chunk of message) splitter.push(chunk)
  return { header: splitter.end(), bodyHash: body.digest() }
}
