import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** Reads little-endian numbers and runs of octets one after another. Reading past the end is a SyntaxFault. */
export class OctetReader {
  readonly #bytes: Buffer
  at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  get left(): number {
    return this.#bytes.length - this.at
  }

  /** The next octets, without copying them. */
  octets(count: number): Buffer {
    const from = this.#claim(count)
    return this.#bytes.subarray(from, from + count)
  }

  uint8(): number {
    return this.#bytes[this.#claim(1)]!
  }

  uint16(): number {
    return this.#bytes.readUInt16LE(this.#claim(2))
  }

  int16(): number {
    return this.#bytes.readInt16LE(this.#claim(2))
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.#claim(4))
  }

  int32(): number {
    return this.#bytes.readInt32LE(this.#claim(4))
  }

  int64(): bigint {
    return this.#bytes.readBigInt64LE(this.#claim(8))
  }

  float(): number {
    return this.#bytes.readFloatLE(this.#claim(4))
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#claim(8))
  }

  /** Steps over up to three octets, so that `length` octets end on a border of four; at the end of all there may be none. */
  pad(length: number): void {
    this.at += Math.min((4 - (length % 4)) % 4, this.left)
  }

  #claim(count: number): number {
    const from = this.at
    if (count > this.left) throw new SyntaxFault('ends in the middle of a value', from)
    this.at += count
    return from
  }
}
