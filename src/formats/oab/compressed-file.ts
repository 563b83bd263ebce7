import { crc32 } from 'node:zlib'
import { sumOf, uint32 } from './details-file.ts'

/** Octets of the file in each block; a client holds one of them at a time (`ulBlockMax`). */
export const BLOCK_BYTES = 256 * 1024
/** LZX_HDR and LZX_BLK (MS-OXOAB 2.11). */
const HEADER_BYTES = 16
const BLOCK_HEADER_BYTES = 16

/** Octets of the container of a file of so many octets. */
export const containerBytes = (sizeBytes: number): number =>
  HEADER_BYTES + Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_HEADER_BYTES + sizeBytes

/**
 * A file in the container that clients fetch (MS-OXOAB 2.11, version 3.1), in blocks that are kept as they are, which the format
 * allows: flag 0, so a block needs no LZX to be opened. Throws where the source has not `sizeBytes` octets.
 */
export async function* containerOf(
  source: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): AsyncGenerator<Uint8Array> {
  if (sizeBytes > 0xffff_ffff) throw new RangeError('An offline address book ends at 4 GiB')
  yield Buffer.concat([uint32(3), uint32(1), uint32(BLOCK_BYTES), uint32(sizeBytes)])
  let held: Uint8Array[] = []
  let room = BLOCK_BYTES
  let seen = 0
  for await (const piece of source) {
    seen += piece.length
    for (let from = 0; from < piece.length; ) {
      const part = piece.subarray(from, from + room)
      held.push(part)
      room -= part.length
      from += part.length
      if (room > 0) continue
      yield* block(held)
      held = []
      room = BLOCK_BYTES
    }
  }
  if (seen !== sizeBytes) throw new Error(`The file has ${seen} octets and not ${sizeBytes}`)
  if (held.length > 0) yield* block(held)
}

function* block(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  const octets = Buffer.concat(pieces)
  const size = uint32(octets.length)
  yield Buffer.concat([uint32(0), size, size, uint32(sumOf(crc32(octets)))])
  yield octets
}
