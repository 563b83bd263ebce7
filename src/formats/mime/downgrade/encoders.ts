import type { OctetStream } from '../octet-stream.ts'

const LF = 10
const CR = 13
/** RFC 2045 §6.7 and §6.8: 76 characters, one of which a soft break takes in quoted-printable. */
const LINE = 76
const BASE64_OCTETS = (LINE / 4) * 3

const nothing = new Uint8Array(0)
const hex = (octet: number): string => `=${octet.toString(16).toUpperCase().padStart(2, '0')}`
const isBlank = (octet: number): boolean => octet === 32 || octet === 9

/** Octet to what stands for it in quoted-printable, where the end of the line does not say otherwise. */
const words = Array.from({ length: 256 }, (_, octet) =>
  (octet > 32 && octet < 127 && octet !== 61) || isBlank(octet) ? String.fromCharCode(octet) : hex(octet),
)

/** Quoted-printable for text (RFC 2045 §6.7): line ends stay line ends, and are CRLF afterwards. */
class QuotedPrintableEncoder implements OctetStream {
  /** A blank, and a CR behind it: what follows says whether they end a line. */
  #blank: number | undefined
  #return = false
  #column = 0

  push(chunk: Uint8Array): Uint8Array {
    const out: string[] = []
    for (const octet of chunk) {
      if (octet === LF) {
        if (this.#blank !== undefined) this.#write(out, hex(this.#blank))
        out.push('\r\n')
        this.#column = 0
        this.#blank = undefined
        this.#return = false
        continue
      }
      if (octet !== CR || this.#return) this.#release(out, false)
      if (octet === CR) this.#return = true
      else if (isBlank(octet)) this.#blank = octet
      else this.#write(out, words[octet]!)
    }
    return Buffer.from(out.join(''), 'latin1')
  }

  finish(): Uint8Array {
    const out: string[] = []
    this.#release(out, true)
    return Buffer.from(out.join(''), 'latin1')
  }

  #release(out: string[], ends: boolean): void {
    if (this.#blank !== undefined)
      this.#write(out, ends && !this.#return ? hex(this.#blank) : words[this.#blank]!)
    if (this.#return) this.#write(out, hex(CR))
    this.#blank = undefined
    this.#return = false
  }

  #write(out: string[], word: string): void {
    if (this.#column + word.length > LINE - 1) {
      out.push('=\r\n')
      this.#column = 0
    }
    out.push(word)
    this.#column += word.length
  }
}

class Base64Encoder implements OctetStream {
  #held: Buffer = Buffer.alloc(0)
  #sawLine = false

  push(chunk: Uint8Array): Uint8Array {
    const data = Buffer.concat([this.#held, chunk])
    const whole = data.length - (data.length % BASE64_OCTETS)
    this.#held = Buffer.from(data.subarray(whole))
    return this.#lines(data.subarray(0, whole))
  }

  finish(): Uint8Array {
    return this.#lines(this.#held)
  }

  #lines(data: Buffer): Uint8Array {
    const lines: string[] = []
    for (let at = 0; at < data.length; at += BASE64_OCTETS)
      lines.push(data.toString('base64', at, Math.min(at + BASE64_OCTETS, data.length)))
    if (lines.length === 0) return nothing
    const before = this.#sawLine ? '\r\n' : ''
    this.#sawLine = true
    return Buffer.from(before + lines.join('\r\n'), 'latin1')
  }
}

/** Octets in, text of a Content-Transfer-Encoding out; the last line has no end. */
export function encodeTransfer(encoding: 'quoted-printable' | 'base64'): OctetStream {
  return encoding === 'base64' ? new Base64Encoder() : new QuotedPrintableEncoder()
}
