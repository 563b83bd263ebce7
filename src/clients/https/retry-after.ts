import type { IncomingHttpHeaders } from 'node:http'

const LONGEST_MS = 3_600_000

/** How long a server asks to be left alone, by Retry-After in seconds (RFC 9110 §10.2.3). */
export function retryAfterMs(headers: IncomingHttpHeaders): number | undefined {
  const ms = Number(headers['retry-after']) * 1_000
  return ms > 0 ? Math.min(ms, LONGEST_MS) : undefined
}
