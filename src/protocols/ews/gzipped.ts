import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'

/** Whether the client takes gzip. */
export function takesGzip(acceptEncoding: string | string[] | undefined): boolean {
  return String(acceptEncoding ?? '')
    .toLowerCase()
    .split(',')
    .some((each) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0+)?\s*$).*)?$/.test(each))
}

/** The octets compressed on their way, no faster than they are taken. */
export async function* gzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = Readable.from(source, { objectMode: false })
  // What XML gains by more work is little, and base64 gains nothing.
  const gzip = createGzip({ level: 1, chunkSize: 64 * 1024 })
  input.once('error', (error) => gzip.destroy(error))
  try {
    yield* input.pipe(gzip) as AsyncIterable<Uint8Array>
  } finally {
    input.destroy()
    gzip.destroy()
  }
}
