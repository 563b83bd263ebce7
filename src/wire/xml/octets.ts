/** Octets that stand in XML as base64, whole or as a stream. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { base64Decoder } from '#src/formats/mime/base64.ts'

/** Octets that are somewhere else and can be read, as those of a body store or a spool. */
export type OctetSource = {
  readonly sizeBytes?: number
  read(): AsyncIterable<Uint8Array>
}

/** What a base64 element holds: octets in memory, or where to read them. */
export type Octets = Uint8Array | OctetSource

/** Takes octets that are too many for memory; afterwards they can be read from it. `Spool.create` makes one. */
export type OctetStore = OctetSource & {
  write(octets: Uint8Array): Promise<void>
  release(): Promise<void>
}

/**
 * Octets that are handed on where they lie, as they arrive: `take` is called with each piece, which is overwritten when the call is
 * over; what it answers is waited for before the next. Ends with the last piece; rejects with what broke off, or what `take` throws.
 */
export type OctetFlow = {
  flow(take: (octets: Uint8Array) => Promise<void> | undefined): Promise<void>
}

const alphabet = /^[A-Za-z0-9+/= \t\r\n]*$/

/** Takes base64 text in pieces and gives octets; SyntaxFault for anything else than the alphabet, padding and blanks. */
export class Base64Reader {
  readonly #decoder = base64Decoder()
  /** While there was nothing but the alphabet: up to three characters that wait for their fourth; then undefined. */
  #plain: string | undefined = ''
  #padded = false

  /** The octets lie in the room that is given, or in a buffer of their own. */
  push(text: string, room: (bytes: number) => Buffer = Buffer.allocUnsafe): Uint8Array {
    const begun = this.#plain
    if (begun === undefined) return this.#pushAny(text)
    const pad = text.indexOf('=')
    const before = begun.length + (pad < 0 ? text.length : pad)
    const end = before - (before % 4)
    const octets = room((end / 4) * 3)
    // Joined with what waits, a long text would be copied for its first characters.
    const first = begun === '' || end === 0 ? 0 : 4 - begun.length
    const taken = Math.max(0, end - begun.length)
    const joined = first === 0 ? 0 : octets.write(begun + text.slice(0, first), 'base64')
    const written = joined + octets.write(text.slice(first, taken), joined, 'base64')
    const rest = end === 0 ? begun + text : text.slice(taken)
    // The platform's decoder gives less where it passes over what it does not know, and takes two characters that XML does not have.
    const isPlain = written === octets.length && !text.includes('-') && !text.includes('_')
    this.#plain = isPlain && /^[A-Za-z0-9+/]*$/.test(rest) ? rest : undefined
    if (this.#plain !== undefined) return octets
    return isPlain ? Buffer.concat([octets, this.#pushAny(rest)]) : this.#pushAny(begun + text)
  }

  finish(): Uint8Array {
    const begun = this.#plain ? this.#pushAny(this.#plain) : new Uint8Array(0)
    const rest = this.#decoder.finish()
    return begun.length === 0 ? rest : Buffer.concat([begun, rest])
  }

  #pushAny(text: string): Uint8Array {
    if (!alphabet.test(text)) throw new SyntaxFault('This is not base64')
    const pad = text.indexOf('=')
    if ((this.#padded && /\S/.test(text)) || (pad >= 0 && /[^=\s]/.test(text.slice(pad)))) {
      if (!/^[=\s]*$/.test(text)) throw new SyntaxFault('Base64 goes on behind its end')
    }
    this.#padded ||= pad >= 0
    return this.#decoder.push(Buffer.from(text, 'latin1'))
  }
}

export const asBuffer = (octets: Uint8Array): Buffer =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.length)

/** All of it in memory: for what is known to be small, and for tests. */
export async function gather(octets: Octets): Promise<Uint8Array> {
  if (octets instanceof Uint8Array) return octets
  const pieces: Uint8Array[] = []
  for await (const piece of octets.read()) pieces.push(Uint8Array.from(piece))
  return Buffer.concat(pieces)
}
