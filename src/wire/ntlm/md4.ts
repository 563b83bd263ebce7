/**
 * MD4 (RFC 1320). OpenSSL has put it away, and NTLM cannot do without it: the hash of a password in Active Directory is MD4.
 * For nothing else.
 */
export function md4(octets: Uint8Array): Uint8Array {
  const padded = new Uint8Array((((octets.length + 8) >> 6) + 1) * 64)
  padded.set(octets)
  padded[octets.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, (octets.length * 8) >>> 0, true)
  view.setUint32(padded.length - 4, Math.floor(octets.length / 0x20000000), true)
  const state = new Uint32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476])
  const words = new Uint32Array(16)
  for (let block = 0; block < padded.length; block += 64) {
    for (let at = 0; at < 16; at++) words[at] = view.getUint32(block + at * 4, true)
    mix(state, words)
  }
  const digest = new Uint8Array(16)
  const out = new DataView(digest.buffer)
  state.forEach((word, at) => {
    out.setUint32(at * 4, word, true)
  })
  return digest
}

const rounds = [
  { add: 0, order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], shifts: [3, 7, 11, 19] },
  { add: 0x5a827999, order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15], shifts: [3, 5, 9, 13] },
  { add: 0x6ed9eba1, order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15], shifts: [3, 9, 11, 15] },
]

const choose = [
  (x: number, y: number, z: number) => (x & y) | (~x & z),
  (x: number, y: number, z: number) => (x & y) | (x & z) | (y & z),
  (x: number, y: number, z: number) => x ^ y ^ z,
]

function mix(state: Uint32Array, words: Uint32Array): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number]
  rounds.forEach(({ add, order, shifts }, round) => {
    order.forEach((word, step) => {
      const sum = (a + choose[round]!(b, c, d) + words[word]! + add) >>> 0
      const shift = shifts[step % 4]!
      ;[a, b, c, d] = [d, ((sum << shift) | (sum >>> (32 - shift))) >>> 0, b, c]
    })
  })
  state[0]! += a
  state[1]! += b
  state[2]! += c
  state[3]! += d
}
