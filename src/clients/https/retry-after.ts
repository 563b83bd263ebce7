import type { IncomingHttpHeaders } from 'node:http'

const LONGEST_MS = 3_600_000

/**
 * How long a server asks to be left alone, by Retry-After (RFC 9110 §10.2.3): seconds, or a time, which counts from the one that its
 * clock tells (Date). Milliseconds; undefined where it asks for nothing.
 */
export function retryAfterMs(headers: IncomingHttpHeaders): number | undefined {
  const said = headers['retry-after'] ?? ''
  const there = Date.parse(headers.date ?? '')
  const now = Number.isNaN(there) ? Date.now() : there
  const ms = /[a-z]/i.test(said) ? Date.parse(said) - now : Number(said) * 1_000
  return ms > 0 ? Math.min(ms, LONGEST_MS) : undefined
}
