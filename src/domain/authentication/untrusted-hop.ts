import { BlockList, isIP } from 'node:net'
import type { Hop } from './verdict.ts'

/** A Received field as far as it says who handed the message over; no address when it names none. */
export type ReceivedHop = { address?: string; helo: string }

/** Addresses and networks (`192.0.2.0/24`, `2001:db8::1`) of relays whose Received fields are believed. */
export type TrustedRelays = (address: string) => boolean

/** Never a sender on the Internet, so behind a trusted relay they are its inside (RFC 1918, 4193, 3927, 6890). */
const inside = networks([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
])

/** Throws Error for what is neither address nor network. */
export function trustedRelays(relays: readonly string[]): TrustedRelays {
  const list = networks(relays)
  return (address) => contains(list, address)
}

/**
 * The machine to judge a message by (exchange-interop 4.6): the client itself, or, when that is a trusted relay, the first before it
 * that is not. `received` are the message's Received fields from the top down. Undefined when the way goes
 * from trusted hands into a field that names no address: nothing below it can be believed.
 */
export function firstUntrustedHop(
  client: Hop,
  received: readonly ReceivedHop[],
  isTrusted: TrustedRelays,
): Hop | undefined {
  if (!isTrusted(client.address)) return client
  for (const { address, helo } of received) {
    if (address === undefined || isIP(address) === 0) return undefined
    if (!isTrusted(address) && !contains(inside, address)) return { address, helo }
  }
  return undefined
}

function networks(relays: readonly string[]): BlockList {
  const list = new BlockList()
  for (const relay of relays) {
    const [address = '', prefix] = relay.split('/')
    const version = isIP(address)
    if (version === 0) throw new Error(`'${relay}' is neither an address nor a network`)
    const family = version === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

function contains(list: BlockList, address: string): boolean {
  const version = isIP(address)
  if (version === 0) return false
  // ::ffff:192.0.2.1 is what a socket open to both families calls 192.0.2.1; BlockList knows.
  return list.check(address, version === 6 ? 'ipv6' : 'ipv4')
}
