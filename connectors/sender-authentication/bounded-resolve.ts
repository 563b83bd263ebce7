import { once } from 'node:events'
import type { DnsClient } from '#src/platform/dns/dns-client.ts'
import { type Resolve, resolveFor } from '#src/platform/dns/resolve-for.ts'

/**
 * Questions for one check of one message: at most `most` of them, and none answered after `signal`. What is over is a
 * timeout (ETIMEOUT), which every check calls temperror.
 */
export function boundedResolve(dns: DnsClient, most: number, signal: AbortSignal): Resolve {
  const resolve = resolveFor(dns)
  const over = (why: string): Error => Object.assign(new Error(why), { code: 'ETIMEOUT' })
  let asked = 0
  return async (name, type) => {
    asked++
    if (asked > most) throw over(`more than ${most} questions to DNS`)
    if (signal.aborted) throw over('no time left')
    const answered = new AbortController()
    try {
      const late = once(signal, 'abort', { signal: answered.signal }).then((): never => {
        throw over('no time left')
      })
      return await Promise.race([resolve(name, type), late])
    } finally {
      answered.abort()
    }
  }
}
