import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { AddrSpec } from '#src/formats/address/addr-spec.ts'

/**
 * An address of an envelope. Longer than what the directory holds (LIM-16): senders of lists (VERP), rewritten senders
 * (SRS) and X.400 names in IMCEAEX addresses have local parts beyond 64 octets, and mail to and from them must flow.
 */
export type Path = AddrSpec

const localOctets = 320
const pathOctets = 512

const atext = String.raw`[A-Za-z0-9!#$%&'*+/=?^_\x60{|}~\u0080-\u{10ffff}-]`
const dotString = new RegExp(`^${atext}+(?:\\.${atext}+)*$`, 'u')
const quotedString = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e\u0080-\u{10ffff}]|\\[\x20-\x7e])+)"$/u
// Host names with an underscore are in use, whatever RFC 1123 says.
const label =
  '[A-Za-z0-9_\\u0080-\\u{10ffff}](?:[A-Za-z0-9_\\u0080-\\u{10ffff}-]{0,61}[A-Za-z0-9_\\u0080-\\u{10ffff}])?'
const domain = new RegExp(`^${label}(?:\\.${label})*$`, 'u')
const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`)
const sourceRoute = /^@[^@:,]+(?:,@[^@:,]+)*:/

/** `local@domain` (RFC 5321 §4.1.2 Mailbox, UTF-8 of RFC 6531 §3.3); an old source route in front is dropped. */
export function parsePath(text: string): Path {
  if (Buffer.byteLength(text) > pathOctets) throw new SyntaxFault(`The address is over ${pathOctets} octets`)
  const address = text.replace(sourceRoute, '')
  const at = address.lastIndexOf('@')
  if (at < 1) throw new SyntaxFault('The address has no local part or no domain', 0)
  const host = address.slice(at + 1)
  if (!isHost(host)) throw new SyntaxFault('The domain of the address is not one', at + 1)
  return { mailbox: parseLocalPart(address.slice(0, at)), host }
}

/** The address as it stands between `<` and `>`. SyntaxFault when the grammar has no words for it. */
export function formatPath({ mailbox, host }: Path): string {
  const local = dotString.test(mailbox) ? mailbox : `"${mailbox.replace(/["\\]/g, '\\$&')}"`
  const text = `${local}@${host}`
  parsePath(text)
  return text
}

/** Only with SMTPUTF8 may an address say this. */
export const needsUtf8 = ({ mailbox, host }: Path): boolean => /[^\x00-\x7f]/.test(mailbox + host)

function parseLocalPart(text: string): string {
  if (Buffer.byteLength(text) > localOctets)
    throw new SyntaxFault(`The local part is over ${localOctets} octets`)
  const quoted = quotedString.exec(text)
  if (quoted === null && !dotString.test(text)) throw new SyntaxFault('The local part is not one', 0)
  return quoted === null ? text : quoted[1]!.replace(/\\(.)/gs, '$1')
}

function isHost(host: string): boolean {
  if (!host.startsWith('[')) return Buffer.byteLength(host) <= 255 && domain.test(host)
  if (!host.endsWith(']') || host.length > 255) return false
  const literal = host.slice(1, -1)
  if (/^IPv6:/i.test(literal)) return isIpv6(literal.slice(5))
  if (ipv4.test(literal)) return true
  // General-address-literal: a tag and anything printable but brackets and backslash.
  return /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?:[\x21-\x5a\x5e-\x7e]+$/.test(literal)
}

function isIpv6(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1) ?? ''
  const dotted = ipv4.test(last)
  const plain = dotted ? groups.slice(0, -1) : groups
  if (!plain.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false
  // An IPv4 tail must end the text, not stand before '::'.
  if (dotted && !text.endsWith(last)) return false
  const count = plain.length + (dotted ? 2 : 0)
  return halves.length === 2 ? count <= 6 || (!dotted && count <= 7) : count === 8
}
