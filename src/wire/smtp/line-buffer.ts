/** What `LineBuffer.next` found. */
export type Line =
  /** A line without its CRLF. */
  | { kind: 'line'; octets: Uint8Array }
  /** A line that ended with LF alone. */
  | { kind: 'bare-lf'; octets: Uint8Array }
  /** A line over the limit; it was dropped, only its first octets are here. */
  | { kind: 'too-long'; octets: Uint8Array }
  /** A line over the limit whose end did not come within `endlessOctets` either. */
  | { kind: 'endless' }

const none = new Uint8Array(0)
const startOctets = 16
/** A peer that sends more than this without a line end is not speaking SMTP. */
const endlessOctets = 131_072

/**
 * Octets as they came from the peer, handed out as lines or as they are. Holds one unfinished line (up to the limit
 * given to `next`) and what was pushed and not yet taken; what it answers does not depend on how the octets were cut.
 */
export class LineBuffer {
  #octets: Uint8Array = none
  /** Octets at the head that are known to hold no LF. */
  #searched = 0
  #dropped = 0
  #start: Uint8Array = none

  get length(): number {
    return this.#octets.length
  }

  push(octets: Uint8Array): void {
    this.#octets = this.#octets.length === 0 ? octets : Buffer.concat([this.#octets, octets])
  }

  /** The next line of at most `maxOctets` with its line end; undefined until there is one. */
  next(maxOctets: number): Line | undefined {
    const end = this.#octets.indexOf(0x0a, this.#searched)
    const length = end < 0 ? this.#octets.length : end + 1
    if (this.#dropped + length > maxOctets) return this.#drop(length, end >= 0)
    if (end < 0) {
      this.#searched = length
      return undefined
    }
    const bare = end === 0 || this.#octets[end - 1] !== 0x0d
    const octets = this.#octets.subarray(0, bare ? end : end - 1)
    this.#advance(length)
    return { kind: bare ? 'bare-lf' : 'line', octets }
  }

  /** Up to `maxOctets` octets of whatever is here; undefined when there are none. */
  take(maxOctets: number): Uint8Array | undefined {
    if (this.#octets.length === 0) return undefined
    const octets = this.#octets.subarray(0, maxOctets)
    this.#advance(octets.length)
    return octets
  }

  /** Forgets all that was not taken. */
  clear(): void {
    this.#octets = none
    this.#searched = 0
    this.#dropped = 0
  }

  #drop(length: number, ended: boolean): Line | undefined {
    if (this.#dropped === 0) this.#start = Uint8Array.from(this.#octets.subarray(0, startOctets))
    this.#dropped += length
    this.#advance(length)
    if (this.#dropped > endlessOctets) return { kind: 'endless' }
    if (!ended) return undefined
    this.#dropped = 0
    return { kind: 'too-long', octets: this.#start }
  }

  #advance(octets: number): void {
    // An empty view would keep the whole block of memory alive while the connection idles.
    this.#octets = octets === this.#octets.length ? none : this.#octets.subarray(octets)
    this.#searched = 0
  }
}
