import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.ts'
import { formatAstring, fromWire } from './strings.ts'

/** More octets than any path of folder names a client works with. */
const longest = 4_096

/**
 * A mailbox name from its octets: UTF-8 when `utf8` (RFC 9051 §5.1, RFC 6855), else modified UTF-7. A client that
 * sends UTF-8 without having enabled it is understood, too. INBOX comes out in upper case, everything else as it is,
 * the empty name included. SyntaxFault for control characters and broken encodings.
 */
export function parseMailboxName(wire: string, utf8: boolean): string {
  if (wire.length > longest) throw new SyntaxFault('A mailbox name is too long')
  const name = utf8 || /[\x80-\xff]/.test(wire) ? fromWire(wire) : decodeModifiedUtf7(wire)
  if (/[\p{Cc}\u2028\u2029]/u.test(name)) throw new SyntaxFault('A control character in a mailbox name')
  return /^inbox$/i.test(name) ? 'INBOX' : name
}

/** As `parseMailboxName`; but a pattern whose wildcards cut through modified UTF-7 (`&*`) is taken as it stands. */
export function parseMailboxPattern(wire: string, utf8: boolean): string {
  try {
    return parseMailboxName(wire, utf8)
  } catch (error) {
    if (error instanceof SyntaxFault && /[*%]/.test(wire) && /^[\x20-\x7e]*$/.test(wire)) return wire
    throw error
  }
}

/** The name as an astring. */
export function formatMailboxName(name: string, utf8: boolean): string {
  return formatAstring(utf8 ? name : encodeModifiedUtf7(name), utf8)
}

/**
 * The levels of a name: NFC, INBOX as the first one in upper case, a delimiter at the end dropped (RFC 9051 §6.3.4: CREATE
 * with one means that children will follow). SyntaxFault for an empty name or level.
 */
export function splitMailboxName(name: string, delimiter: string): string[] {
  const levels = name.normalize('NFC').split(delimiter)
  if (levels.length > 1 && levels.at(-1) === '') levels.pop()
  if (levels.includes('')) throw new SyntaxFault('A level of a mailbox name is empty')
  if (/^inbox$/i.test(levels[0]!)) levels[0] = 'INBOX'
  return levels
}
