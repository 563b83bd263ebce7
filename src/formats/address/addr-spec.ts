import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** An address taken apart: local part without quotes, domain (or `[literal]`) as written. */
export interface AddrSpec {
  mailbox: string
  host: string
}

const atext = /[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]/u.source
const dotAtom = new RegExp(`^${atext}+(?:\\.${atext}+)*$`, 'u')
const quotedLocal = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e\u0080-\u{10ffff}]|\\[\x20-\x7e])*)"$/u
const label =
  '[A-Za-z0-9\\u0080-\\u{10ffff}](?:[A-Za-z0-9\\u0080-\\u{10ffff}-]{0,61}[A-Za-z0-9\\u0080-\\u{10ffff}])?'
const domain = new RegExp(`^${label}(?:\\.${label})*$`, 'u')
const literal = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9A-Fa-f:.]{2,45})\]$/i

const octets = (text: string) => Buffer.byteLength(text)

/**
 * One address as SMTP has it (RFC 5321 §4.1.2 Mailbox, UTF-8 of RFC 6531 allowed): no name, no comments, no blanks.
 * SyntaxFault for anything else and beyond 64 octets of local part, 255 of domain, 254 in all (RFC 5321 §4.5.3.1).
 */
export function parseAddrSpec(text: string): AddrSpec {
  if (isPlain(text))
    return { mailbox: text.slice(0, text.indexOf('@')), host: text.slice(text.indexOf('@') + 1) }
  if (octets(text) > 254) throw new SyntaxFault('an address over 254 octets')
  const at = text.lastIndexOf('@')
  if (at < 1) throw new SyntaxFault('an address without local part or domain', 0)
  const local = text.slice(0, at)
  const host = text.slice(at + 1)
  const quoted = quotedLocal.exec(local)
  if (!quoted && !dotAtom.test(local)) throw new SyntaxFault('not a local part', 0)
  const mailbox = quoted ? quoted[1]!.replace(/\\(.)/gs, '$1') : local
  if (mailbox === '' || octets(local) > 64) throw new SyntaxFault('a local part of 0 or over 64 octets', 0)
  if (!domain.test(host) && !literal.test(host)) throw new SyntaxFault('not a domain', at + 1)
  return { mailbox, host }
}

/** The address as one text; the local part is quoted where it must be. SyntaxFault when no address can say it. */
export function formatAddrSpec({ mailbox, host }: AddrSpec): string {
  const plain = `${mailbox}@${host}`
  if (isPlain(plain)) return plain
  if (/[\x00-\x1f\x7f]/.test(mailbox + host)) throw new SyntaxFault('control characters in an address')
  const local = dotAtom.test(mailbox) ? mailbox : `"${mailbox.replace(/["\\]/g, '\\$&')}"`
  const text = `${local}@${host}`
  parseAddrSpec(text)
  return text
}

/**
 * The form under which an address is looked up: all lower case (we treat local parts as case-blind, as WorkMail does),
 * quotes only where needed, Unicode composed. SyntaxFault when it is no address.
 */
export function normalizeAddress(address: string | AddrSpec): string {
  if (typeof address === 'string' && isPlain(address)) return address.toLowerCase()
  const { mailbox, host } = typeof address === 'string' ? parseAddrSpec(address) : address
  return formatAddrSpec({
    mailbox: mailbox.normalize('NFC').toLowerCase(),
    host: host.normalize('NFC').toLowerCase(),
  })
}

const plainLabel = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
/** Most are of this kind, and nothing more is to be found out about them. */
const plainAddress = new RegExp(`^[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*@${plainLabel}(?:\\.${plainLabel})*$`)
const isPlain = (address: string): boolean =>
  address.length <= 254 && address.indexOf('@') <= 64 && plainAddress.test(address)

/** Splits a local part at its first `+`: `ann+shop` is `ann` with detail `shop`. A `+` at the start splits nothing. */
export function splitSubaddress(mailbox: string): { user: string; detail?: string } {
  const plus = mailbox.indexOf('+')
  return plus > 0 ? { user: mailbox.slice(0, plus), detail: mailbox.slice(plus + 1) } : { user: mailbox }
}

/**
 * What an address of a user, group, resource or alias of ours may look like: LIM-16, and what else a local part may have without
 * quotes (RFC 5321 Dot-string), as whoever comes from Exchange has it (`o'brien`); but no `/`, which parts the names of folders over
 * IMAP, and no `*`, which stands for others in rules.
 */
export const serviceAddress = /^[A-Za-z0-9.!#$%&'+=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]+\.[A-Za-z-]{2,}$/

/**
 * An address our directory may hold, normalised (local part of 1 to 64 characters as `serviceAddress` has them; LIM-16: ASCII
 * domain up to 209 with at least two labels, 254 in all). SyntaxFault otherwise.
 */
export function parseServiceAddress(text: string): string {
  if (!serviceAddress.test(text)) throw new SyntaxFault('not an address this service can hold')
  const { host } = parseAddrSpec(text)
  if (host.length > 209) throw new SyntaxFault('a domain over 209 characters')
  return normalizeAddress(text)
}
