import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/**
 * The system's lookup of a host without the addresses of private networks; fails when there are no others, with the name of
 * the setting that would allow them.
 */
export function publicOnly(setting: string): LookupFunction {
  return (host, options, done) => {
    systemLookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return done(error, '')
      const open = addresses.filter(({ address }) => isPublicAddress(address))
      const [first] = open
      if (first === undefined) {
        const problem = `${host} has only addresses of private networks, and the setting ${setting} forbids those`
        return done(new Error(problem), '')
      }
      if (options.all) done(null, open)
      else done(null, first.address, first.family)
    })
  }
}

export const publicLookup = publicOnly('outbound.privateAddresses')
