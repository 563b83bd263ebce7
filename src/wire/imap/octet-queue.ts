const none: Uint8Array = new Uint8Array(0)

/**
 * Octets as they came from the peer and were not yet taken. Appending is linear over all, however small the pieces are;
 * what was taken stays valid, since no octet is ever moved or overwritten.
 */
export class OctetQueue {
  #octets = none
  #start = 0
  #end = 0
  /** Whether `#octets` was allocated here and has room to grow into. */
  #owned = false
  /** Octets from `#start` known to hold no LF. */
  #searched = 0

  get length(): number {
    return this.#end - this.#start
  }

  push(octets: Uint8Array): void {
    if (octets.length === 0) return
    if (this.#start === this.#end) {
      this.#octets = octets
      this.#start = 0
      this.#end = octets.length
      this.#owned = false
      return
    }
    const needed = this.length + octets.length
    if (!this.#owned || this.#end + octets.length > this.#octets.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(256, needed * 2))
      grown.set(this.#octets.subarray(this.#start, this.#end))
      this.#end -= this.#start
      this.#start = 0
      this.#octets = grown
      this.#owned = true
    }
    this.#octets.set(octets, this.#end)
    this.#end += octets.length
  }

  /** How many octets up to and with the next LF; 0 while there is none. Octets are looked at once. */
  lineLength(): number {
    const at = this.#octets.subarray(this.#start + this.#searched, this.#end).indexOf(10)
    if (at >= 0) return this.#searched + at + 1
    this.#searched = this.length
    return 0
  }

  /** Up to `octets` octets, as a view. */
  take(octets: number): Uint8Array {
    const end = Math.min(this.#end, this.#start + octets)
    const taken = this.#octets.subarray(this.#start, end)
    this.#start = end
    this.#searched = 0
    // A view would keep the whole block of memory alive while the connection idles.
    if (this.#start === this.#end) this.clear()
    return taken
  }

  /** The first octets, not taken. */
  peek(octets: number): Uint8Array {
    return this.#octets.subarray(this.#start, Math.min(this.#end, this.#start + octets))
  }

  clear(): void {
    this.#octets = none
    this.#start = 0
    this.#end = 0
    this.#searched = 0
    this.#owned = false
  }
}
