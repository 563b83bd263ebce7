import { lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { DnsClient } from './dns-client.ts'
import { orNone } from './dns-fault.ts'

type Addresses = Pick<DnsClient, 'a' | 'aaaa'>

/** Addresses of a host from these name servers, IPv4 first; those that `allows` refuses are none. */
export function lookupBy(dns: Addresses, allows: (address: string) => boolean = () => true): LookupFunction {
  return (host, { all }, done) => {
    Promise.all([orNone(dns.a(host)), orNone(dns.aaaa(host))]).then(
      ([four, six]) => {
        const found = [
          ...four.map((address) => ({ address, family: 4 })),
          ...six.map((address) => ({ address, family: 6 })),
        ].filter(({ address }) => allows(address))
        const first = found[0]
        if (first === undefined) return done(new Error(`${host} has no address`), '')
        if (all) return done(null, found)
        return done(null, first.address, first.family)
      },
      (error: Error) => done(error, ''),
    )
  }
}

/** The same, and as the system does it (its hosts file too) for names that those servers do not know. */
export function lookupFirstBy(dns: Addresses): LookupFunction {
  const first = lookupBy(dns)
  return (host, options, done) =>
    first(host, options, (error, ...found) =>
      error === null ? done(null, ...found) : systemLookup(host, options, done),
    )
}
