import { SyntaxFault } from '#src/base/syntax-fault.ts'
import {
  formatAddrSpec,
  normalizeAddress,
  parseAddrSpec,
  parseServiceAddress,
  splitSubaddress,
} from '#src/formats/address/addr-spec.ts'
import { Refusal } from '../refusal.ts'
import type { AddressKind } from './entry.ts'
import { LIMITS } from './limits.ts'

/**
 * The text under which an address is found, the same for every spelling of it; undefined when it is none.
 * SMTP addresses of all kinds share one space; X500 and SIP addresses have their own.
 */
export function lookupText(kind: AddressKind, address: string): string | undefined {
  if (kind === 'x500') {
    const name = withoutPrefix(address, 'x500')
    return name === '' ? undefined : `x500:${name.normalize('NFC').toLowerCase()}`
  }
  const text = kind === 'sip' ? withoutPrefix(address, 'sip') : address
  try {
    const normal = normalizeAddress(text)
    return kind === 'sip' ? `sip:${normal}` : normal
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}

/** The address before the first `+` of its local part and what follows it (CLT-11); undefined without a `+`. */
export function splitDetail(address: string): { base: string; detail: string } | undefined {
  const normal = lookupText('primary', address)
  if (normal === undefined) return undefined
  const { mailbox, host } = parseAddrSpec(normal)
  const { user, detail } = splitSubaddress(mailbox)
  return detail === undefined ? undefined : { base: formatAddrSpec({ mailbox: user, host }), detail }
}

/** The domain of an SMTP address, lower case; an empty text when it has none. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}

/** An address one of our entries may have (LIM-16), as written. Refuses `invalid-parameter`. */
export function requireServiceAddress(address: string): string {
  return checked(
    address,
    parseServiceAddress,
    'Write it as name@domain: up to 64 letters, digits and . _ % + - (others too that need no quotes, but no slash and no asterisk) before the @, and a domain name of ASCII letters behind it.',
  )
}

/** An address of somebody elsewhere: whatever RFC 5321 allows. Refuses `invalid-parameter`. */
export function requireForeignAddress(address: string): string {
  return checked(address, parseAddrSpec, 'Write it as name@domain.')
}

/** An X500 distinguished name without its prefix. Refuses `invalid-parameter`. */
export function requireX500(address: string): string {
  const name = withoutPrefix(address, 'x500')
  if (!/^\/[^\x00-\x1f\x7f]+$/.test(name) || name.length > LIMITS.x500Characters) {
    throw new Refusal(
      'invalid-parameter',
      `"${address.slice(0, 80)}" is not an X500 address. Write it as Exchange does: /o=Organization/ou=.../cn=Recipients/cn=name.`,
    )
  }
  return name
}

/** A SIP address without its prefix. Refuses `invalid-parameter`. */
export function requireSip(address: string): string {
  return checked(withoutPrefix(address, 'sip'), parseAddrSpec, 'Write it as sip:name@domain.')
}

function withoutPrefix(address: string, prefix: string): string {
  const text = address.trim()
  return text.toLowerCase().startsWith(`${prefix}:`) ? text.slice(prefix.length + 1).trim() : text
}

function checked(address: string, parse: (text: string) => unknown, advice: string): string {
  try {
    parse(address)
    return address
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    throw new Refusal(
      'invalid-parameter',
      `"${address.slice(0, 80)}" is not an e-mail address that can be used here: ${error.message}. ${advice}`,
    )
  }
}
