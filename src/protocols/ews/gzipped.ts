import { pipeline } from 'node:stream'
import { createGzip, gzipSync } from 'node:zlib'

/** Whether the client takes gzip. */
export function takesGzip(acceptEncoding: string | string[] | undefined): boolean {
  return String(acceptEncoding ?? '')
    .toLowerCase()
    .split(',')
    .some((each) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0+)?\s*$).*)?$/.test(each))
}

/** What XML gains by more work is little, and base64 gains nothing. */
const level = 1
/** An answer of so many octets is packed at once: a stream of zlib costs more than all else that a short answer takes. */
const SHORT_BYTES = 16 * 1024

/** The octets compressed on their way, no faster than they are taken. */
export async function* gzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const arriving = source[Symbol.asyncIterator]()
  try {
    const begun: Uint8Array[] = []
    for (let bytes = 0; bytes <= SHORT_BYTES; bytes += begun.at(-1)!.length) {
      const next = await arriving.next()
      if (next.done) {
        yield gzipSync(Buffer.concat(begun), { level })
        return
      }
      begun.push(next.value)
    }
    const all = async function* (): AsyncGenerator<Uint8Array> {
      yield* begun
      yield* { [Symbol.asyncIterator]: () => arriving }
    }
    const gzip = createGzip({ level, chunkSize: 64 * 1024 })
    // Whoever reads on is told what went wrong.
    yield* pipeline(all, gzip, () => undefined) as AsyncIterable<Uint8Array>
  } finally {
    await arriving.return?.()
  }
}
