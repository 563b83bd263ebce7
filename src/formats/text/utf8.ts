import { isUtf8 } from 'node:buffer'

const utf8 = new TextDecoder('utf-8')
const windows1252 = new TextDecoder('windows-1252')

/**
 * Text of octets that carry no charset: UTF-8 when they are valid UTF-8, otherwise windows-1252, which gives
 * every octet a character. Never fails.
 */
export function decodeUnlabelled(bytes: Uint8Array): string {
  return isUtf8(bytes) ? utf8.decode(bytes) : windows1252.decode(bytes)
}

/** The same for a string that holds one octet per character (U+0000 to U+00FF). */
export function decodeOctetString(octets: string): string {
  return /[\x80-\xff]/.test(octets) ? decodeUnlabelled(Buffer.from(octets, 'latin1')) : octets
}

/** How many octets at the end of `bytes` begin a UTF-8 sequence that is not finished there (0 to 3). */
export function unfinishedUtf8(bytes: Uint8Array): number {
  const last = bytes.length - 1
  for (let back = 0; back < 3 && back <= last; back++) {
    const octet = bytes[last - back]!
    if (octet < 0x80) return 0
    if (octet >= 0xc0) {
      const length = octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : 2
      return length > back + 1 ? back + 1 : 0
    }
  }
  return 0
}
