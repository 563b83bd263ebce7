import { Refusal } from '#src/domain/refusal.ts'
import { CHUNK_BYTES } from './body-cipher.ts'

/** The source in a few pieces. Refuses `invalid-parameter` when it gives more or fewer octets than `sizeBytes`. */
export async function piecesOf(source: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  let seen = 0
  for await (const piece of source) {
    seen += piece.length
    if (seen > sizeBytes) throw wrongSize(sizeBytes, 'more')
    pieces.push(piece)
  }
  if (seen < sizeBytes) throw wrongSize(sizeBytes, 'fewer')
  return fewOf(pieces)
}

/**
 * The source again in chunks of CHUNK_BYTES, the last one shorter, each in a few pieces; an empty source is one
 * empty chunk. Refuses `invalid-parameter` when it gives more or fewer octets than `sizeBytes`.
 */
export async function* chunksOf(
  source: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): AsyncGenerator<readonly Uint8Array[]> {
  let held: Uint8Array[] = []
  let heldBytes = 0
  let seen = 0
  for await (const piece of source) {
    seen += piece.length
    if (seen > sizeBytes) throw wrongSize(sizeBytes, 'more')
    let from = 0
    while (heldBytes + piece.length - from >= CHUNK_BYTES) {
      const take = CHUNK_BYTES - heldBytes
      held.push(piece.subarray(from, from + take))
      yield fewOf(held)
      held = []
      heldBytes = 0
      from += take
    }
    if (from < piece.length) {
      held.push(piece.subarray(from))
      heldBytes += piece.length - from
    }
  }
  if (seen < sizeBytes) throw wrongSize(sizeBytes, 'fewer')
  if (heldBytes > 0 || sizeBytes === 0) yield fewOf(held)
}

/** Octets that come in drops are put together: each piece costs as much as its first thousand octets. */
const MOST_PIECES = 8
const fewOf = (pieces: Uint8Array[]): Uint8Array[] =>
  pieces.length > MOST_PIECES ? [Buffer.concat(pieces)] : pieces

function wrongSize(sizeBytes: number, than: string): Refusal {
  return new Refusal(
    'invalid-parameter',
    `The body was announced with ${sizeBytes} octets, but its source gave ${than}. Send it again.`,
  )
}
