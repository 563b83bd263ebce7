const FIRST_BYTES = 64 * 1024
/** A buffer above this is not kept for what comes next. */
const KEPT_BYTES = 2 * 1024 * 1024

/**
 * Octets of one element after the other, gathered in a buffer that grows and is used again: what comes in many pieces leaves no
 * garbage behind but one copy of its size.
 */
export class GatheredOctets {
  #buffer = Buffer.alloc(0)
  #sizeBytes = 0

  /** So many octets behind what is here, to be written to; they count once they are added. */
  room(bytes: number): Buffer {
    const wanted = this.#sizeBytes + bytes
    if (wanted > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(wanted, FIRST_BYTES, 2 * this.#buffer.length))
      grown.set(this.#buffer.subarray(0, this.#sizeBytes))
      this.#buffer = grown
    }
    return this.#buffer.subarray(this.#sizeBytes, wanted)
  }

  /** Octets that are in the room already, or a piece from elsewhere. */
  add(octets: Uint8Array): void {
    const isHere =
      octets.buffer === this.#buffer.buffer && octets.byteOffset === this.#buffer.byteOffset + this.#sizeBytes
    if (!isHere) this.room(octets.length).set(octets)
    this.#sizeBytes += octets.length
  }

  /** What is here, where it lies: until something is added or cleared. */
  get here(): Buffer {
    return this.#buffer.subarray(0, this.#sizeBytes)
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** A copy of everything, in memory of its own; the next element begins. */
  take(): Buffer {
    const taken = Buffer.allocUnsafeSlow(this.#sizeBytes)
    taken.set(this.#buffer.subarray(0, this.#sizeBytes))
    this.clear()
    return taken
  }

  clear(): void {
    this.#sizeBytes = 0
    if (this.#buffer.length > KEPT_BYTES) this.#buffer = Buffer.alloc(0)
  }
}
