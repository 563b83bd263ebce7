import { spf } from 'mailauth/lib/spf/index.js'
import type { Hop, SpfResult, SpfVerdict } from '#src/domain/authentication/verdict.ts'
import type { Resolve } from '#src/platform/dns/resolve-for.ts'
import { reasonOf } from './reason.ts'

const results = new Set<string>([
  'none',
  'neutral',
  'pass',
  'fail',
  'softfail',
  'temperror',
  'permerror',
] satisfies SpfResult[])

/**
 * SPF (RFC 7208) of one identity: `sender` is MAIL FROM, or empty to judge HELO, as it is for the null sender (§2.4). Never
 * rejects: what goes wrong is temperror.
 */
export async function checkSpf(
  hop: Hop,
  sender: string,
  about: { hostname: string; resolve: Resolve; deadlineMs: number },
): Promise<SpfVerdict> {
  const common = { clientAddress: hop.address, helo: hop.helo, envelopeFrom: sender }
  const identity = sender === '' ? ('helo' as const) : ('mailfrom' as const)
  const domain = sender === '' ? hop.helo : sender.slice(sender.lastIndexOf('@') + 1)
  try {
    const found = await spf({
      sender,
      ip: hop.address,
      helo: hop.helo,
      mta: about.hostname,
      resolver: about.resolve,
      strict: true,
      maxElapsedTime: about.deadlineMs,
    })
    const result = results.has(found.status.result) ? (found.status.result as SpfResult) : 'temperror'
    return { ...common, identity, result, domain: found.domain || domain, ...reasonOf(found.status.comment) }
  } catch (error) {
    return { ...common, identity, domain, result: 'temperror', ...reasonOf((error as Error).message) }
  }
}
