import { SyntaxFault } from '#src/base/syntax-fault.ts'

const LINE_FEED = 0x0a
/** `size CR LF`, behind the size perhaps extensions, which nobody uses (RFC 9112 §7.1.1). */
const chunkHead = /^([0-9a-f]{1,12})[ \t]*(?:;[^\r\n]*)?\r?\n$/i
const MOST_HEAD = 1_024
const LINE_END = '\r\n'

/** Takes the chunked coding of a body apart (RFC 9112 §7.1), in pieces of any size. */
export class ChunkedOctets {
  /** What has come of the head of a chunk, or of the line end behind one. */
  #line = ''
  /** Octets of the chunk that are still to come; undefined within a head. */
  #left: number | undefined
  #endsChunk = false

  /**
   * Hands on what lies in chunks, where it lies. Answers what is not taken any more, the last chunk and whatever follows it; undefined
   * while there is more to come. Throws SyntaxFault.
   */
  push(octets: Buffer, take: (data: Buffer) => void): Buffer | undefined {
    for (let at = 0; at < octets.length; ) {
      if (this.#left !== undefined) {
        const data = octets.subarray(at, at + this.#left)
        at += data.length
        this.#left -= data.length
        if (this.#left === 0) this.#left = undefined
        this.#endsChunk = this.#left === undefined
        take(data)
        continue
      }
      const end = octets.indexOf(LINE_FEED, at)
      const until = end < 0 ? octets.length : end + 1
      this.#line += octets.toString('latin1', at, until)
      at = until
      if (this.#line.length > MOST_HEAD) throw new SyntaxFault('a chunk has a head without an end')
      if (end >= 0 && this.#isLast()) return Buffer.concat([Buffer.from(this.#line), octets.subarray(at)])
    }
    return undefined
  }

  /** A line is complete. */
  #isLast(): boolean {
    if (this.#endsChunk) {
      if (this.#line !== LINE_END) throw new SyntaxFault('a chunk is longer than it says')
      this.#endsChunk = false
    } else {
      const [, size] = chunkHead.exec(this.#line) ?? []
      if (size === undefined) throw new SyntaxFault('a chunk does not say how long it is')
      this.#left = Number.parseInt(size, 16)
      if (this.#left === 0) return true
    }
    this.#line = ''
    return false
  }
}
