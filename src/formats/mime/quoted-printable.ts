import type { OctetStream } from './octet-stream.ts'

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const EQUALS = 61
/** More blanks in a row than these are text even at the end of a line: lines have 76 characters. */
const MAX_BLANKS = 1000

const hexValues = new Int8Array(256).fill(-1)
Array.from('0123456789ABCDEF').forEach((char, value) => {
  hexValues[char.charCodeAt(0)] = value
  hexValues[char.toLowerCase().charCodeAt(0)] = value
})

const isBlank = (octet: number | undefined) => octet === SPACE || octet === TAB
const endsLine = (octet: number | undefined) => octet === CR || octet === LF

/** What has been read and not yet understood. */
type State = 'text' | 'equals' | 'equals-digit' | 'equals-blanks' | 'equals-cr'

/**
 * RFC 2045 §6.7. Blanks at the end of a line are dropped (rule 3), an `=` that begins nothing valid stays as it is,
 * a soft break may end in LF alone or have blanks before its end.
 */
class QuotedPrintableDecoder implements OctetStream {
  #state: State = 'text'
  #digit = 0
  /** Blanks that are text only if something follows them in their line. */
  #blanks: number[] = []
  #out: Buffer = Buffer.alloc(0)
  #length = 0

  push(chunk: Uint8Array): Uint8Array {
    this.#out = Buffer.allocUnsafe(chunk.length + this.#blanks.length + 2)
    this.#length = 0
    let at = 0
    while (at < chunk.length)
      at = this.#state === 'text' ? this.#text(chunk, at) : this.#escape(chunk[at]!, at)
    return this.#out.subarray(0, this.#length)
  }

  finish(): Uint8Array {
    const rest = this.#state === 'equals-digit' ? [EQUALS, this.#digit] : []
    this.#state = 'text'
    this.#blanks = []
    return Uint8Array.from(rest)
  }

  #text(chunk: Uint8Array, from: number): number {
    const out = this.#out
    let length = this.#length
    let at = from
    if (this.#blanks.length > 0) {
      if (isBlank(chunk[at])) return this.#takeBlanks(chunk, at)
      if (!endsLine(chunk[at])) for (const blank of this.#blanks) out[length++] = blank
      this.#blanks = []
    }
    for (; at < chunk.length; at++) {
      const octet = chunk[at]!
      if (octet === EQUALS) {
        this.#state = 'equals'
        at++
        break
      }
      if (isBlank(octet) && (at + 1 === chunk.length || isBlank(chunk[at + 1]) || endsLine(chunk[at + 1]))) {
        at = this.#takeBlanks(chunk, at)
        break
      }
      out[length++] = octet
    }
    this.#length = length
    return at
  }

  #takeBlanks(chunk: Uint8Array, from: number): number {
    let at = from
    while (at < chunk.length && isBlank(chunk[at]) && this.#blanks.length < MAX_BLANKS)
      this.#blanks.push(chunk[at++]!)
    if (this.#blanks.length === MAX_BLANKS) this.#emitBlanks()
    return at
  }

  #emitBlanks(): void {
    this.#emit(...this.#blanks)
    this.#blanks = []
  }

  /** Room for blanks that came with this chunk is there; for older ones `push` made it. */
  #emit(...octets: number[]): void {
    for (const octet of octets) this.#out[this.#length++] = octet
  }

  /** One octet after an `=`; returns where to go on: at the next one, or at this one again as text. */
  #escape(octet: number, at: number): number {
    const state = this.#state
    if (state === 'equals' && hexValues[octet]! >= 0) {
      this.#digit = octet
      this.#state = 'equals-digit'
      return at + 1
    }
    if (state === 'equals-digit') {
      this.#state = 'text'
      if (hexValues[octet]! >= 0) {
        this.#emit((hexValues[this.#digit]! << 4) | hexValues[octet]!)
        return at + 1
      }
      this.#emit(EQUALS, this.#digit)
      return at
    }
    if (octet === LF) {
      this.#blanks = []
      this.#state = 'text'
      return at + 1
    }
    if (state === 'equals-cr') {
      this.#state = 'text'
      return at
    }
    if (octet === CR) {
      this.#blanks = []
      this.#state = 'equals-cr'
      return at + 1
    }
    if (isBlank(octet) && this.#blanks.length < MAX_BLANKS) {
      this.#blanks.push(octet)
      this.#state = 'equals-blanks'
      return at + 1
    }
    this.#state = 'text'
    this.#emit(EQUALS)
    this.#emitBlanks()
    return at
  }
}

export const quotedPrintableDecoder = (): OctetStream => new QuotedPrintableDecoder()
