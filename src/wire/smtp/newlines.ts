const cr = 0x0d
const lf = 0x0a
const nothing = new Uint8Array(0)
const crlf = Buffer.from('\r\n')
const noWords = new Uint32Array(0)

/**
 * Index of the first CR without LF behind it or LF without CR before it, seen from `from`; -1 when there is none. Passes over
 * other octets four at a time: all mail comes through here.
 */
function firstLone(chunk: Uint8Array, from: number): number {
  const head = -chunk.byteOffset & 3
  const count = Math.max(0, chunk.length - head) >>> 2
  const words = count === 0 ? noWords : new Uint32Array(chunk.buffer, chunk.byteOffset + head, count)
  for (let at = from; at < chunk.length; ) {
    if (at >= head && ((at - head) & 3) === 0) {
      at = head + 4 * nextWithLow(words, (at - head) >>> 2)
      if (at >= chunk.length) return -1
    }
    const octet = chunk[at]!
    if (octet === lf || (octet === cr && chunk[at + 1] !== lf)) return at
    at += octet === cr ? 2 : 1
  }
  return -1
}

/** The next word with an octet below 14, as CR and LF are; others may be among those found. */
function nextWithLow(words: Uint32Array, from: number): number {
  for (let at = from; at < words.length; at++) {
    const word = words[at]!
    if (((word - 0x0e0e0e0e) & ~word & 0x80808080) !== 0) return at
  }
  return words.length
}

/** Turns each CR without LF and each LF without CR into CRLF, whatever the chunks are cut like. */
export class NewlineNormalizer {
  #heldCr = false

  /** The chunk itself when there was nothing to mend. A CR at its end waits for what follows. */
  push(chunk: Uint8Array): Uint8Array {
    if (chunk.length === 0) return chunk
    const pieces: Uint8Array[] = []
    let from = 0
    let at = 0
    if (this.#heldCr) {
      this.#heldCr = false
      pieces.push(crlf)
      if (chunk[0] === lf) from = at = 1
    }
    const lone = firstLone(chunk, at)
    for (at = lone < 0 ? chunk.length : lone; at < chunk.length; at++) {
      const octet = chunk[at]
      if (octet === cr) {
        if (at + 1 === chunk.length) {
          this.#heldCr = true
          pieces.push(chunk.subarray(from, at))
          from = chunk.length
        } else if (chunk[at + 1] === lf) at++
        else {
          pieces.push(chunk.subarray(from, at), crlf)
          from = at + 1
        }
      } else if (octet === lf) {
        pieces.push(chunk.subarray(from, at), crlf)
        from = at + 1
      }
    }
    if (pieces.length === 0) return chunk
    if (from < chunk.length) pieces.push(chunk.subarray(from))
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
  }

  /** What was held back. */
  end(): Uint8Array {
    const held = this.#heldCr
    this.#heldCr = false
    return held ? crlf : nothing
  }
}

/** Sees whether a CR or LF stands alone anywhere in the content; for BDAT, where nothing else looks at the octets. */
export class NewlineWatch {
  #heldCr = false
  bareNewline = false

  push(chunk: Uint8Array): void {
    if (this.bareNewline || chunk.length === 0) return
    const goesOn = this.#heldCr && chunk[0] === lf
    if (this.#heldCr && !goesOn) this.bareNewline = true
    const lone = firstLone(chunk, goesOn ? 1 : 0)
    this.#heldCr = lone === chunk.length - 1 && chunk[lone] === cr
    if (lone >= 0 && !this.#heldCr) this.bareNewline = true
  }

  end(): void {
    if (this.#heldCr) this.bareNewline = true
    this.#heldCr = false
  }
}
