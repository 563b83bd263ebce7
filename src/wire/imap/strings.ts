import { isUtf8 } from 'node:buffer'
import { SyntaxFault } from '#src/base/syntax-fault.ts'

/*
 * Wire text: everything this codec writes and reads is a string with one octet per character (U+0000 to U+00FF), so that
 * literals of any content fit in it. `wireBytes` makes the octets of it.
 */

/** The octets of wire text. */
export function wireBytes(wire: string): Buffer {
  return Buffer.from(wire, 'latin1')
}

/** Unicode as wire text: its UTF-8 octets. Lone surrogates become U+FFFD. */
export function toWire(text: string): string {
  return /[^\x00-\x7f]/.test(text) ? Buffer.from(text.toWellFormed()).toString('latin1') : text
}

/** Wire text as Unicode. SyntaxFault when it is not UTF-8. */
export function fromWire(wire: string): string {
  if (!/[\x80-\xff]/.test(wire)) return wire
  const octets = wireBytes(wire)
  if (!isUtf8(octets)) throw new SyntaxFault('Text is not UTF-8')
  return octets.toString('utf8')
}

/** Longer strings go out as literals: clients have limits on lines, and none on literals. */
const longestQuoted = 1000

/** A literal of wire text (RFC 9051 §4.3); `~{n}` (RFC 3516 literal8) when `binary`. SyntaxFault for NUL when not. */
export function formatLiteral(wire: string, binary = false): string {
  if (!binary && wire.includes('\0')) throw new SyntaxFault('A NUL in a literal')
  return `${binary ? '~' : ''}{${wire.length}}\r\n${wire}`
}

/**
 * A string of RFC 9051 §4.3 for Unicode text: quoted when it can be, else a literal of its UTF-8. `utf8`: the peer takes
 * UTF-8 in quoted strings (IMAP4rev2 or UTF8=ACCEPT is enabled). SyntaxFault for NUL.
 */
export function formatString(text: string, utf8 = false): string {
  if (text.length <= longestQuoted) {
    if (/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(text)) return `"${text}"`
    if (/^[\x20-\x7e]*$/.test(text)) return `"${text.replace(/["\\]/g, '\\$&')}"`
    if (utf8 && !/[\x00-\x1f\x7f]/.test(text)) return `"${toWire(text).replace(/["\\]/g, '\\$&')}"`
  }
  return formatLiteral(toWire(text))
}

/** A string, or NIL for what is not there. */
export function formatNString(text: string | null | undefined, utf8 = false): string {
  return text === null || text === undefined ? 'NIL' : formatString(text, utf8)
}

const atom = /^[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|}~]+$/
const astring = /^[!#$&'+,\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]+$/

/** Whether the text is an atom (RFC 9051 §9). */
export function isAtom(text: string): boolean {
  return atom.test(text)
}

/** An atom where it can be, else a string. NIL is quoted, so that no reader takes it for nothing. */
export function formatAstring(text: string, utf8 = false): string {
  return astring.test(text) && !/^nil$/i.test(text) ? text : formatString(text, utf8)
}
