/** Stretches or folds octets to a length, each bit of them counting (RFC 3961 §5.1). */
export function nFold(input: Uint8Array, length: number): Buffer {
  const total = leastCommonMultiple(input.length, length)
  const folded = Buffer.alloc(length)
  let carry = 0
  for (let at = total - 1; at >= 0; at--) {
    const sum = carry + folded[at % length]! + rotated(input, at)
    folded[at % length] = sum & 0xff
    carry = sum >> 8
  }
  for (let at = length - 1; carry > 0; at = (at + length - 1) % length) {
    const sum = folded[at]! + carry
    folded[at] = sum & 0xff
    carry = sum >> 8
  }
  return folded
}

/** The octet at a place of the input's copies, each rotated by 13 bits more than the one before. */
function rotated(input: Uint8Array, at: number): number {
  const bits = input.length * 8
  const copy = Math.floor(at / input.length)
  const from = (((at % input.length) * 8 - 13 * copy) % bits) + bits
  const high = input[Math.floor(from / 8) % input.length]!
  const low = input[(Math.floor(from / 8) + 1) % input.length]!
  return (((high << 8) | low) >> (8 - (from % 8))) & 0xff
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y > 0) [x, y] = [y, x % y]
  return (a / x) * b
}
