import type { LdapConnection } from './ldap-connection.ts'
import { CAUTIOUS_POLICY, type LockoutPolicy } from './lockout-guard.ts'

const HUNDRED_NANOSECONDS_PER_MS = 10_000

/** lockoutThreshold and lockOutObservationWindow of a domain; what is not readable is assumed cautiously. LdapFault. */
export async function readLockoutPolicy(connection: LdapConnection, domain: string): Promise<LockoutPolicy> {
  const attributes = ['lockoutThreshold', 'lockOutObservationWindow']
  const { entries } = await connection.search({ base: domain, scope: 'base', attributes })
  const threshold = entries[0]?.number('lockoutThreshold') ?? CAUTIOUS_POLICY.threshold
  // A negative count of 100 ns (MS-ADTS: duration); the largest means "until an administrator unlocks it".
  const window = Math.abs(entries[0]?.number('lockOutObservationWindow') ?? 0) / HUNDRED_NANOSECONDS_PER_MS
  return { threshold, windowMs: window > 0 ? Math.min(window, 24 * 3_600_000) : CAUTIOUS_POLICY.windowMs }
}
