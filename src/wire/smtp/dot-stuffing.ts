const crlfDot = Buffer.from('\r\n.')
const dot = Buffer.from('.')

/**
 * Content on its way into DATA (RFC 5321 §4.5.2): a dot is put before each line that starts with one. Expects lines
 * that end with CRLF and no CR or LF by itself; `NewlineNormalizer` makes them so.
 */
export class DotStuffer {
  /** How much of CRLF the octets so far end with; a message begins at a line start. */
  #matched: 0 | 1 | 2 = 2

  push(chunk: Uint8Array): Uint8Array {
    if (chunk.length === 0) return chunk
    const octets = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    const pieces: Uint8Array[] = []
    let from = 0
    const straddling = this.#straddlingDot(octets)
    if (straddling >= 0) {
      pieces.push(octets.subarray(0, straddling), dot)
      from = straddling
    }
    for (let at = octets.indexOf(crlfDot); at >= 0; at = octets.indexOf(crlfDot, at + 3)) {
      pieces.push(octets.subarray(from, at + 2), dot)
      from = at + 2
    }
    this.#matched = this.#endOf(octets)
    if (pieces.length === 0) return chunk
    pieces.push(octets.subarray(from))
    return Buffer.concat(pieces)
  }

  /** The end of the message, with the CRLF its last line may lack. */
  end(): Uint8Array {
    return Buffer.from(this.#matched === 2 ? '.\r\n' : '\r\n.\r\n')
  }

  /** Index of a dot whose CRLF lies wholly or partly in the chunk before. */
  #straddlingDot(octets: Uint8Array): number {
    if (this.#matched === 2 && octets[0] === 0x2e) return 0
    if (this.#matched === 1 && octets[0] === 0x0a && octets[1] === 0x2e) return 1
    return -1
  }

  #endOf(octets: Uint8Array): 0 | 1 | 2 {
    const last = octets.at(-1)
    if (last === 0x0d) return 1
    if (last !== 0x0a) return 0
    const before = octets.length > 1 ? octets.at(-2) === 0x0d : this.#matched === 1
    return before ? 2 : 0
  }
}
