/** Takes octets piece by piece and gives them decoded, or encoded. A decoder passes over junk; nothing fails. */
export interface OctetStream {
  push(chunk: Uint8Array): Uint8Array
  finish(): Uint8Array
}
