import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/** The system's lookup of a host without the addresses of private networks; fails when there are no others. */
export const publicLookup: LookupFunction = (host, options, done) => {
  systemLookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return done(error, '')
    const open = addresses.filter(({ address }) => isPublicAddress(address))
    const [first] = open
    if (first === undefined) return done(privateOnly(host), '')
    if (options.all) done(null, open)
    else done(null, first.address, first.family)
  })
}

const privateOnly = (host: string): NodeJS.ErrnoException =>
  new Error(
    `${host} has only addresses of private networks, and the setting outbound.privateAddresses forbids those`,
  )
