import { parsePolicy, resolvePolicy, validateMx } from 'mailauth/lib/mta-sts.js'
import { AnswerCache } from './answer-cache.ts'
import type { DnsClient } from './dns-client.ts'
import type { PolicyFetch } from './policy-host.ts'
import { resolveFor } from './resolve-for.ts'

/** `enforce`: deliver only to hosts that match, with a verified certificate. `testing`: report, but deliver. */
export type MtaStsPolicy = {
  id: string
  mode: 'enforce' | 'testing' | 'none'
  /** Lower-case host names; the first label may be `*`. */
  mx: readonly string[]
  maxAgeSeconds: number
}

/** A policy, and when it was fetched, in epoch milliseconds. */
export type FetchedPolicy = { policy: MtaStsPolicy; fetchedAt: number }

/** Where policies outlive a restart. */
export type KeptPolicies = {
  /** Undefined also for one whose time is over. */
  find(domain: string): Promise<FetchedPolicy | undefined>
  keep(domain: string, fetched: FetchedPolicy): Promise<void>
}

export type MtaSts = {
  /**
   * The policy to follow for a domain now (RFC 8461 §5.1), or undefined when it has none that can be had. Rejects only when what is
   * kept cannot be read or written.
   */
  policyFor(domain: string): Promise<MtaStsPolicy | undefined>
}

/** Domains remembered at most. */
const MAX_DOMAINS = 20_000
/** RFC 8461 §3.3: not more than one fetch of a failing policy in five minutes. */
const RETRY_MS = 5 * 60_000

/**
 * Keeps policies for their max_age, in memory and where `kept` says. While one is kept, a missing record or a failing policy host
 * changes nothing: who can stop our questions cannot turn enforcement off. Fetched again at half their age (RFC 8461 §3.3).
 */
export function openMtaSts(deps: {
  dns: DnsClient
  fetchPolicy: PolicyFetch
  kept?: KeptPolicies
  now?: () => number
}): MtaSts {
  const now = deps.now ?? Date.now
  const policies = new AnswerCache<FetchedPolicy>(MAX_DOMAINS, now)
  const failed = new AnswerCache<string>(MAX_DOMAINS, now)
  const resolver = resolveFor(deps.dns)
  const fetching = new Map<string, Promise<MtaStsPolicy | undefined>>()

  const remember = (domain: string, fetched: FetchedPolicy) =>
    policies.set(domain, fetched, 1, fetched.fetchedAt + lifeMsOf(fetched) - now())

  const findKept = async (domain: string): Promise<FetchedPolicy | undefined> => {
    const known = policies.get(domain)
    if (known !== undefined) return known
    const kept = await deps.kept?.find(domain)
    if (kept !== undefined) remember(domain, kept)
    return policies.get(domain)
  }

  const fetchNew = async (domain: string, id: string): Promise<MtaStsPolicy | undefined> => {
    let policy: MtaStsPolicy
    try {
      policy = readPolicy(id, await deps.fetchPolicy(domain))
    } catch {
      // Whoever reads this file decides nothing by the reason: the policy that is kept stands, or there is none.
      failed.set(domain, id, 1, RETRY_MS)
      return policies.get(domain)?.policy
    }
    const fetched = { policy, fetchedAt: now() }
    remember(domain, fetched)
    await deps.kept?.keep(domain, fetched)
    return policy
  }

  return {
    policyFor: async (name) => {
      const domain = name.toLowerCase()
      const id = await publishedId(domain, resolver)
      const kept = await findKept(domain)
      const isCurrent =
        kept !== undefined && kept.policy.id === id && now() < kept.fetchedAt + lifeMsOf(kept) / 2
      if (id === undefined || isCurrent || failed.get(domain) === id) return kept?.policy
      let asked = fetching.get(domain)
      if (asked === undefined) {
        asked = fetchNew(domain, id).finally(() => fetching.delete(domain))
        fetching.set(domain, asked)
      }
      return asked
    },
  }
}

const lifeMsOf = ({ policy }: FetchedPolicy): number => policy.maxAgeSeconds * 1_000

/** Whether mail may go to this host: one that the policy names, or any when it does not enforce. */
export function policyAllows(policy: MtaStsPolicy, host: string): boolean {
  return policy.mode !== 'enforce' || matchesPolicy(policy, host)
}

/** Whether the policy names this host (RFC 8461 §4.1); `testing` reports a mismatch. */
export function matchesPolicy(policy: MtaStsPolicy, host: string): boolean {
  return validateMx(host, { mode: policy.mode, mx: [...policy.mx] }).valid
}

/** Undefined when nothing is published, when it breaks the grammar, or DNS does not say. */
async function publishedId(
  domain: string,
  resolver: ReturnType<typeof resolveFor>,
): Promise<string | undefined> {
  try {
    const id = await resolvePolicy(domain, { resolver, strict: true })
    return id === false ? undefined : id
  } catch {
    return undefined
  }
}

function readPolicy(id: string, file: string): MtaStsPolicy {
  const { mode, mx = [], maxAge } = parsePolicy(file, { strict: true })
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') throw new Error(`mode ${mode}`)
  return { id, mode, mx, maxAgeSeconds: Number(maxAge) }
}
