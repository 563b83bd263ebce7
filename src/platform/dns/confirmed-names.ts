import { BlockList, isIP } from 'node:net'
import type { DnsClient } from './dns-client.ts'
import { DnsFault, orNone } from './dns-fault.ts'

/** RFC 7208 §5.5 looks at no more. */
const MAX_NAMES = 10

/**
 * Names of an address that also lead back to it, lower case (RFC 8601 §3, iprev). Empty when there is none, or the text is no
 * address. DnsFault when no name is confirmed and DNS could not be asked about one.
 */
export async function confirmedNames(dns: DnsClient, address: string): Promise<readonly string[]> {
  const family = isIP(address)
  if (family === 0) return []
  const names = (await orNone(dns.ptr(address))).slice(0, MAX_NAMES)
  const same = new BlockList()
  const kind = family === 6 ? 'ipv6' : 'ipv4'
  same.addAddress(address, kind)
  const asked = await Promise.allSettled(
    names.map(async (name) => {
      const found = await orNone(family === 6 ? dns.aaaa(name) : dns.a(name))
      return found.some((each) => same.check(each, kind)) ? [name.toLowerCase()] : []
    }),
  )
  const confirmed = asked.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
  const trouble = asked.find((each) => each.status === 'rejected')?.reason
  if (confirmed.length === 0 && trouble instanceof DnsFault) throw trouble
  return [...new Set(confirmed)]
}
