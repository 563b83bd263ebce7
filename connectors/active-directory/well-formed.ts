import { LdapFault } from './ldap-fault.ts'

const DEEPEST = 20
const CONSTRUCTED = 0x20

/**
 * Refuses a message in which a part is longer than what holds it: ldapts would look for its end for ever. LdapFault `grammar`.
 * The first answer to StartTLS comes in clear, from whoever is in between.
 */
export function requireWellFormed(message: Buffer): void {
  checkParts(message, 0, message.length, 0)
}

function checkParts(octets: Buffer, from: number, to: number, depth: number): void {
  if (depth > DEEPEST) throw new LdapFault('grammar', 'a message is nested too deeply')
  for (let at = from; at < to; ) {
    const isConstructed = (octets[at]! & CONSTRUCTED) !== 0
    const [start, end] = contentOf(octets, at, to)
    if (isConstructed) checkParts(octets, start, end, depth + 1)
    at = end
  }
}

function contentOf(octets: Buffer, at: number, to: number): [start: number, end: number] {
  const first = at + 1 < to ? octets[at + 1]! : 0x80
  const count = first < 0x80 ? 0 : first & 0x7f
  const start = at + 2 + count
  if (first === 0x80 || count > 4 || start > to)
    throw new LdapFault('grammar', 'a part of a message has no length')
  const end = start + (count === 0 ? first : octets.readUIntBE(at + 2, count))
  if (end > to) throw new LdapFault('grammar', 'a part of a message is longer than what holds it')
  return [start, end]
}
