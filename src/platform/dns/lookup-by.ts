import { lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { DnsClient } from './dns-client.ts'
import { DnsFault, orNone } from './dns-fault.ts'

type Addresses = Pick<DnsClient, 'a' | 'aaaa'>

/** Addresses of a host from these name servers, IPv4 first, of one kind where the other is not told; those that `allows` refuses are none. */
export function lookupBy(dns: Addresses, allows: (address: string) => boolean = () => true): LookupFunction {
  return (host, { all }, done) => {
    void Promise.allSettled([orNone(dns.a(host)), orNone(dns.aaaa(host))]).then((answers) => {
      const found = answers
        .flatMap((answer, at) =>
          answer.status === 'rejected'
            ? []
            : answer.value.map((address) => ({ address, family: at === 0 ? 4 : 6 })),
        )
        .filter(({ address }) => allows(address))
      const [first] = found
      const failed = answers.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined
      if (first === undefined) return done(failed?.reason ?? new Error(`${host} has no address`), '')
      if (all) return done(null, found)
      return done(null, first.address, first.family)
    })
  }
}

/**
 * The same, and as the system does it (its hosts file too) for names that those servers do not know. `DnsFault` where they gave no
 * answer and the system has none either.
 */
export function lookupFirstBy(dns: Addresses): LookupFunction {
  const first = lookupBy(dns)
  return (host, options, done) =>
    first(host, options, (error, ...found) =>
      error === null
        ? done(null, ...found)
        : systemLookup(host, options, (another, ...others) =>
            done(another !== null && error instanceof DnsFault ? error : another, ...others),
          ),
    )
}
