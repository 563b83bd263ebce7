import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { decodeOctetString } from '#src/formats/text/utf8.ts'
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.ts'
import { formatAstring, formatLiteral, fromWire, toWire } from './strings.ts'

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

/** In front of an octet that goes back as it came. No name of our own has a control character. */
const asItCame = '\x1a'
const odd = /[&\x00-\x1f\x7f-\xff]/g

/**
 * A mailbox name as a server says it. What no name may hold (`R&D` as it stands, Latin-1, runs that do not decode) is kept octet by
 * octet, so that `formatMailboxName` says it back as it came; `shownMailboxName` is for people.
 */
export function hearMailboxName(wire: string, utf8: boolean): string {
  try {
    const name = parseMailboxName(wire, utf8)
    if (name === 'INBOX' || spelling(name, utf8) === wire) return name
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
  }
  const keep = (text: string) => text.replace(odd, `${asItCame}$&`)
  // Level by level: what lies above it may be as it should be.
  const name = wire.replace(
    /&[A-Za-z0-9+,]*-|[^&]+|&/g,
    (text) => (utf8 ? undefined : decodedRun(text)) ?? keep(text),
  )
  return spelling(name, utf8) === wire ? name : keep(wire)
}

function decodedRun(run: string): string | undefined {
  try {
    return decodeModifiedUtf7(run)
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}

/** A name, or a level of one, for people: as `meantMailboxName`, without control characters that came as octets. */
export const shownMailboxName = (name: string): string => meantMailboxName(name, ' ')

/**
 * A name, or a level of one, in which what is beside the encoding is read as it may be meant, UTF-8 or Windows-1252. `control` stands
 * for control characters among it; absent: they stay.
 */
export function meantMailboxName(name: string, control = '$&'): string {
  if (!name.includes(asItCame)) return name
  const text = name.replace(/(?:\x1a[\s\S])+/g, (octets) =>
    decodeOctetString(octets.replace(/\x1a([\s\S])/g, '$1')).replace(/\p{Cc}+/gu, control),
  )
  return decodedRun(text) ?? text
}

/** The wire text of a name. */
function spelling(name: string, utf8: boolean): string {
  const parts = name.split(/(\x1a[\s\S])/)
  return parts
    .map((part, at) => (at % 2 === 1 ? part[1]! : utf8 ? toWire(part) : encodeModifiedUtf7(part)))
    .join('')
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
  if (!name.includes(asItCame)) return formatAstring(utf8 ? name : encodeModifiedUtf7(name), utf8)
  const wire = spelling(name, utf8)
  return /^[\x20-\x7e]*$/.test(wire) ? formatAstring(wire) : formatLiteral(wire)
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
