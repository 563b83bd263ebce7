import { createHash } from 'node:crypto'

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
/** Line ends in a row that are written with the text behind them; more go to the hash by themselves. */
const FEW = 1_024
const fewLineEnds = Buffer.from('\r\n'.repeat(FEW))

/**
 * SHA-256 of a body in relaxed canonical form (RFC 6376 §3.4.4), for `bh=`, in constant memory. Takes the octets after the
 * empty line that ends the header, cut like one pleases. Lines end with CRLF; a CR or LF by itself is text.
 */
export class BodyHash {
  readonly #hash = createHash('sha256')
  /** Line ends seen since the last text; at the end of the body they count as none. */
  #lineEnds = 0
  #blank = false
  #heldCr = false
  #empty = true

  update(chunk: Uint8Array): void {
    // No octet comes out twice; what earlier chunks may add is a CR, a blank and a few line ends.
    const out = Buffer.allocUnsafe(chunk.length + 2 + 2 * FEW)
    let size = 0
    for (let at = 0; at < chunk.length; at++) {
      const octet = chunk[at]!
      if (this.#heldCr) {
        this.#heldCr = false
        if (octet === LF) {
          this.#lineEnds++
          this.#blank = false
          continue
        }
        size = this.#write(CR, out, size)
      }
      if (octet === CR) this.#heldCr = true
      else if (octet === SPACE || octet === TAB) this.#blank = true
      else size = this.#write(octet, out, size)
    }
    this.#hash.update(out.subarray(0, size))
  }

  /** The hash in base64. Call it once, when the body has ended. */
  digest(): string {
    if (this.#heldCr) {
      const out = Buffer.alloc(2 + 2 * FEW)
      this.#hash.update(out.subarray(0, this.#write(CR, out, 0)))
    }
    // A body with text ends with exactly one CRLF; one without is empty (§3.4.4).
    if (!this.#empty) this.#hash.update('\r\n')
    return this.#hash.digest('base64')
  }

  /** Text goes behind the line ends and the blank that it shows to be in the middle. Returns the new size of `out`. */
  #write(octet: number, out: Buffer, size: number): number {
    let end = size
    if (this.#lineEnds > 0) end = this.#writeLineEnds(out, end)
    if (this.#blank) {
      this.#blank = false
      out[end++] = SPACE
    }
    out[end++] = octet
    this.#empty = false
    return end
  }

  #writeLineEnds(out: Buffer, size: number): number {
    let end = size
    if (this.#lineEnds > FEW) {
      this.#hash.update(out.subarray(0, end))
      end = 0
      for (; this.#lineEnds > FEW; this.#lineEnds -= FEW) this.#hash.update(fewLineEnds)
    }
    for (; this.#lineEnds > 0; this.#lineEnds--) {
      out[end++] = CR
      out[end++] = LF
    }
    return end
  }
}
