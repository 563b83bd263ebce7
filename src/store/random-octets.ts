import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(8 * 1024)
let used = pool.length

/**
 * Random octets for nonces and salts, drawn many at a time: a call to the system's source for each row costs more
 * than the cipher. Not for keys, which must lie in no memory but their own.
 */
export function randomOctets(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const octets = Buffer.from(pool.subarray(used, used + count))
  used += count
  return octets
}
