const cr = 0x0d
const lf = 0x0a
const nothing = new Uint8Array(0)
const crlf = Buffer.from('\r\n')

/** Index of the first CR without LF behind it or LF without CR before it, seen from `from`; -1 when there is none. */
function firstLone(chunk: Uint8Array, from: number): number {
  const octets = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
  for (let at = from; ; ) {
    const nextCr = octets.indexOf(cr, at)
    const nextLf = octets.indexOf(lf, at)
    if (nextLf < 0) return nextCr
    if (nextCr < 0 || nextLf < nextCr) return nextLf
    if (nextLf !== nextCr + 1) return nextCr
    at = nextLf + 1
  }
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
