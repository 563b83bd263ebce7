/** Octets kept of the top header block. */
export const TOP_HEADER_LIMIT = 256 * 1024
/** Octets kept of the header of any other part, as long as all of them together stay under the budget. */
const PART_HEADER_LIMIT = 64 * 1024
const PARTS_BUDGET = 4 * 1024 * 1024
const ALWAYS_KEPT = 512

/** Keeps the beginnings of header blocks, so that no message can make its index as large as itself. */
export class HeaderKeep {
  #budget = PARTS_BUDGET
  #limit = TOP_HEADER_LIMIT
  #pieces: Buffer[] = []
  #size = 0
  #top = true
  /** Of some block only its beginning is kept. */
  isCut = false

  add(bytes: Buffer): void {
    const room = this.#limit - this.#size
    this.isCut ||= bytes.length > room
    if (room <= 0 || bytes.length === 0) return
    const piece = bytes.length > room ? bytes.subarray(0, room) : bytes
    // A copy: what is kept must not hold the whole chunk it came in.
    this.#pieces.push(Buffer.from(piece))
    this.#size += piece.length
  }

  /** The block collected so far; the next one starts empty. */
  take(): Buffer {
    const block = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces, this.#size)
    if (!this.#top) this.#budget -= this.#size
    this.#top = false
    this.#pieces = []
    this.#size = 0
    this.#limit = Math.max(ALWAYS_KEPT, Math.min(PART_HEADER_LIMIT, this.#budget))
    return block
  }
}
