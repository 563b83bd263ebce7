import type { DnsClient } from './dns-client.ts'
import { type DnsFailure, DnsFault } from './dns-fault.ts'

/** How mailauth asks DNS: as `resolve` of node:dns/promises does. */
export type Resolve = (name: string, type: string) => Promise<string[] | string[][]>

/** What node:dns calls each failure. */
const codes: Readonly<Record<DnsFailure, string>> = {
  nxdomain: 'ENOTFOUND',
  nodata: 'ENODATA',
  'bad-name': 'EBADNAME',
  timeout: 'ETIMEOUT',
  servfail: 'ESERVFAIL',
}

/** Our client in the shape of `resolve` of node:dns/promises, failures by its codes; a type we do not ask for is ENOTIMP. */
export function resolveFor(dns: DnsClient): Resolve {
  return async (name, type) => {
    try {
      return await ask(dns, name, type)
    } catch (fault) {
      if (!(fault instanceof DnsFault)) throw fault
      throw Object.assign(new Error(fault.message), { code: codes[fault.failure] })
    }
  }
}

async function ask(dns: DnsClient, name: string, type: string): Promise<string[] | string[][]> {
  switch (type) {
    case 'A':
      return [...(await dns.a(name))]
    case 'AAAA':
      return [...(await dns.aaaa(name))]
    case 'CNAME':
      return [...(await dns.cname(name))]
    case 'PTR':
      return [...(await dns.ptr(name))]
    case 'TXT':
      return (await dns.txt(name)).map((text) => [text])
    case 'MX': {
      // Its type says strings; what it gets from node:dns are objects.
      const records = (await dns.mx(name)).map(({ preference, exchange }) => ({
        priority: preference,
        exchange,
      }))
      return records as unknown as string[]
    }
    default:
      throw Object.assign(new Error(`no questions of type ${type}`), { code: 'ENOTIMP' })
  }
}
