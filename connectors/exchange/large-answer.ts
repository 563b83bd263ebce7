import type { Spool, Spooled } from '#src/platform/spool/spool.ts'
import type { AskOptions } from './ews-session.ts'

/** Octets of one element that stay in memory; the rest of it goes to the spool. */
const MEMORY_BYTES = 1024 * 1024
const MOST_BYTES = 32 * 1024 ** 3
/** The slowest that a server may send. */
const SLOWEST_BYTES_PER_SECOND = 50 * 1024

/** How an answer is read that holds about so many octets: what is large goes to the spool, and into `stored`, to be let go of later. */
export const largeAnswer = (spool: Spool, stored: Spooled[], sizeBytes: number): AskOptions => ({
  // As base64, and a minute for the server to begin.
  timeoutMs: 60_000 + Math.ceil((sizeBytes * 1_400) / SLOWEST_BYTES_PER_SECOND),
  mostOctets: 2 * MOST_BYTES,
  uncompressed: true,
  read: {
    memoryOctets: MEMORY_BYTES,
    octets: MOST_BYTES,
    store: () => {
      const one = spool.create()
      stored.push(one)
      return one
    },
  },
})
