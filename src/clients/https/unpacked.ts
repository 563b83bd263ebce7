import { pipeline } from 'node:stream'
import { createGunzip, gunzipSync } from 'node:zlib'

/** An answer of so many octets in gzip, and of so many in plain, is unpacked at once: a stream of zlib costs more than all else that a short answer takes. */
const SHORT_PACKED = 16 * 1024
const SHORT_PLAIN = 256 * 1024

/** The body of an answer that came in gzip. Throws what zlib says of it (codes `Z_…`), and what ended the answer. */
export async function* unpacked(
  arriving: AsyncIterator<Uint8Array, undefined>,
): AsyncGenerator<Uint8Array, undefined> {
  const begun: Uint8Array[] = []
  let bytes = 0
  let isWhole = false
  while (bytes <= SHORT_PACKED && !isWhole) {
    const next = await arriving.next()
    if (next.done) isWhole = true
    else {
      begun.push(next.value)
      bytes += next.value.length
    }
  }
  if (bytes === 0) return
  const whole = isWhole ? atOnce(Buffer.concat(begun)) : undefined
  if (whole !== undefined) {
    yield whole
    return
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    yield* begun
    if (!isWhole) yield* { [Symbol.asyncIterator]: () => arriving }
  }
  // Whoever reads on is told what went wrong.
  yield* pipeline(all, createGunzip(), () => undefined) as AsyncIterable<Uint8Array>
}

/** Undefined for what is larger than it looks. */
function atOnce(packed: Buffer): Buffer | undefined {
  try {
    return gunzipSync(packed, { maxOutputLength: SHORT_PLAIN })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw error
    return undefined
  }
}
