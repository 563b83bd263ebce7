/** RC4, which OpenSSL has no more. There and back are the same. */
export function rc4(key: Uint8Array, octets: Uint8Array): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, at) => at)
  const swap = (a: number, b: number): void => {
    ;[state[a], state[b]] = [state[b]!, state[a]!]
  }
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i]! + key[i % key.length]!) & 0xff
    swap(i, j)
  }
  const out = Buffer.from(octets)
  for (let at = 0, i = 0, j = 0; at < out.length; at++) {
    i = (i + 1) & 0xff
    j = (j + state[i]!) & 0xff
    swap(i, j)
    out[at] = out[at]! ^ state[(state[i]! + state[j]!) & 0xff]!
  }
  return out
}
