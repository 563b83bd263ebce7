/** What goes out together: each piece costs a turn of the compressor and of the connection. */
const PIECE_BYTES = 128 * 1024
/** Made text of at once: larger texts lie in memory of their own, which costs more than making them. A multiple of three. */
const TEXT_OCTETS = 48 * 1024
/** So little goes out in memory of its own. */
const COPIED_BYTES = 16 * 1024
/** No UTF-16 unit needs more octets of UTF-8. */
const UNIT_BYTES = 3

/** Rooms kept for what goes out next: fresh memory costs the system more than writing into it. */
const MOST_SPARE = 8
const spare: Buffer[] = []
/** Rooms that went out as pieces. Two answers must never share one, so only these come back, and each once. */
const lent = new WeakSet<ArrayBufferLike>()

/** For pieces that nobody needs any more: their memory is used again. */
export function reusePiece(piece: Uint8Array): void {
  if (lent.delete(piece.buffer) && spare.length < MOST_SPARE)
    spare.push(Buffer.from(piece.buffer as ArrayBuffer))
}

/** Text and base64 on their way out, written once, where they go out from. Pieces come as soon as they are full. */
export class PieceRoom {
  #room: Buffer | undefined
  #filled = 0

  #begun(): Buffer {
    this.#room ??= spare.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES)
    return this.#room
  }

  *text(text: string): Generator<Buffer> {
    for (let at = 0; at < text.length; ) {
      const room = this.#begun()
      let end = Math.min(text.length, at + Math.floor((room.length - this.#filled) / UNIT_BYTES))
      // The two halves of a character stay together.
      if (end > at && end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end--
      const some = end - at === text.length ? text : text.slice(at, end)
      if (end > at) this.#filled += room.write(some, this.#filled)
      at = end
      if (at < text.length && room.length - this.#filled < 2 * UNIT_BYTES) yield* this.take()
    }
  }

  /** Octets `start` to before `end`: a multiple of three of them, unless they are the last. */
  *base64(octets: Buffer, start: number, end: number): Generator<Buffer> {
    for (let at = start; at < end; ) {
      const room = this.#begun()
      const until = Math.min(end, at + TEXT_OCTETS, at + Math.floor((room.length - this.#filled) / 4) * 3)
      if (until > at) this.#filled += room.write(octets.toString('base64', at, until), this.#filled, 'latin1')
      at = until
      if (at < end && room.length - this.#filled < 4) yield* this.take()
    }
  }

  /** What was written since the last piece, if anything. */
  *take(): Generator<Buffer> {
    if (this.#room === undefined || this.#filled === 0) return
    const taken = this.#room.subarray(0, this.#filled)
    this.#filled = 0
    // The room is not to be held for little.
    if (taken.length <= COPIED_BYTES) return yield Buffer.from(taken)
    this.#room = undefined
    lent.add(taken.buffer)
    yield taken
  }
}
