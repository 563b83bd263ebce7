import { base64Decoder } from './base64.ts'
import type { OctetStream } from './octet-stream.ts'
import { quotedPrintableDecoder } from './quoted-printable.ts'
import { uuencodeDecoder } from './uuencode.ts'

const nothing = new Uint8Array(0)

const decoders: Record<string, () => OctetStream> = {
  base64: base64Decoder,
  'quoted-printable': quotedPrintableDecoder,
  'x-uuencode': uuencodeDecoder,
  'x-uue': uuencodeDecoder,
  uuencode: uuencodeDecoder,
  uue: uuencodeDecoder,
}

/**
 * A decoder for a Content-Transfer-Encoding in lower case (RFC 2045 §6). 7bit, 8bit, binary and what nobody knows come out
 * as they went in; the result may then be the chunk itself.
 */
export function decodeTransfer(encoding: string): OctetStream {
  const decoder = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined
  return decoder?.() ?? { push: (chunk) => chunk, finish: () => nothing }
}

/** All of an encoded body that is in memory anyway. */
export function decodeTransferred(encoding: string, bytes: Uint8Array): Uint8Array {
  const decoder = decodeTransfer(encoding)
  return Buffer.concat([decoder.push(bytes), decoder.finish()])
}
