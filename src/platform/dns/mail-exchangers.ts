import type { DnsClient, MxRecord } from './dns-client.ts'
import { DnsFault, orNone } from './dns-fault.ts'

/** A host that takes mail for a domain. `addresses` are IPv4, then IPv6; never empty. */
export type MailExchanger = { host: string; preference: number; addresses: readonly string[] }

/**
 * Where mail for a domain goes. `null-mx`: it takes none (RFC 7505; 5.1.10). `no-such-domain`: 5.1.2. `no-host`: there are
 * MX records, but none leads to an address, or only to hosts no better than ourselves (RFC 5321 §5.1; 5.4.4, 5.4.6).
 */
type MailRoute =
  | { kind: 'hosts'; implicit: boolean; hosts: readonly MailExchanger[] }
  | { kind: 'null-mx' }
  | { kind: 'no-such-domain' }
  | { kind: 'no-host'; reason: 'no-address' | 'only-ourselves' }

type MailExchangerOptions = {
  /** Whether a host is this service. It, and everything less preferred, is left out, so that mail cannot loop. */
  isOurs?: (host: string) => boolean
  /** At least 0, less than 1. */
  random?: () => number
}

/** Hosts and addresses looked up at most, so that a domain cannot make much work by publishing many. */
const MAX_HOSTS = 10
const MAX_ADDRESSES = 8

/**
 * Hosts for mail to a domain in the order to try them: by preference, and among equals by chance (RFC 5321 §5.1). A domain
 * without MX is its own host. Hosts whose addresses cannot be had now are left out while others can; DnsFault when DNS
 * does not say enough to go on (try again later).
 */
export async function mailExchangers(
  dns: DnsClient,
  domain: string,
  { isOurs = () => false, random = Math.random }: MailExchangerOptions = {},
): Promise<MailRoute> {
  const published = await publishedMx(dns, domain)
  if (published === undefined) return { kind: 'no-such-domain' }
  if (published.length === 0) return implicitHost(dns, domain, isOurs)
  const named = published.filter(({ exchange }) => exchange !== '' && exchange !== '.')
  if (named.length === 0) return { kind: 'null-mx' }
  const ours = Math.min(...named.filter(({ exchange }) => isOurs(exchange)).map((mx) => mx.preference))
  const usable = named.filter(({ preference }) => preference < ours)
  if (usable.length === 0) return { kind: 'no-host', reason: 'only-ourselves' }
  const ordered = inOrder(usable, random).slice(0, MAX_HOSTS)
  const hosts = await withAddresses(dns, ordered)
  if (hosts.length === 0) return { kind: 'no-host', reason: 'no-address' }
  return { kind: 'hosts', implicit: false, hosts }
}

/** Undefined when the domain does not exist; empty when it has no MX. */
async function publishedMx(dns: DnsClient, domain: string): Promise<readonly MxRecord[] | undefined> {
  try {
    return await dns.mx(domain)
  } catch (fault) {
    if (!(fault instanceof DnsFault) || !fault.isAnswer) throw fault
    return fault.failure === 'nodata' ? [] : undefined
  }
}

async function implicitHost(
  dns: DnsClient,
  domain: string,
  isOurs: (host: string) => boolean,
): Promise<MailRoute> {
  if (isOurs(domain)) return { kind: 'no-host', reason: 'only-ourselves' }
  const hosts = await withAddresses(dns, [{ preference: 0, exchange: domain }])
  return hosts.length === 0
    ? { kind: 'no-host', reason: 'no-address' }
    : { kind: 'hosts', implicit: true, hosts }
}

function inOrder(records: readonly MxRecord[], random: () => number): MxRecord[] {
  return records
    .map((record) => ({ record, chance: random() }))
    .sort((a, b) => a.record.preference - b.record.preference || a.chance - b.chance)
    .map(({ record }) => record)
}

async function withAddresses(dns: DnsClient, records: readonly MxRecord[]): Promise<MailExchanger[]> {
  let trouble: unknown
  const hosts = await Promise.all(
    records.map(async ({ exchange, preference }): Promise<MailExchanger> => {
      const { addresses, fault } = await hostAddresses(dns, exchange)
      trouble ??= fault
      return { host: exchange, preference, addresses }
    }),
  )
  const reachable = hosts.filter(({ addresses }) => addresses.length > 0)
  if (reachable.length === 0 && trouble !== undefined) throw trouble
  return reachable
}

/** Both families; what one of them has is used even while the other cannot be had, which `fault` then says. */
async function hostAddresses(
  dns: DnsClient,
  host: string,
): Promise<{ addresses: readonly string[]; fault: unknown }> {
  const families = await Promise.allSettled([orNone(dns.a(host)), orNone(dns.aaaa(host))])
  const addresses = families.flatMap((family) =>
    family.status === 'fulfilled' ? family.value.slice(0, MAX_ADDRESSES) : [],
  )
  return { addresses, fault: families.find((family) => family.status === 'rejected')?.reason }
}
