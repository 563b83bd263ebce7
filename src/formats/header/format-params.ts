import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { refuseLineBreaks } from './injection.ts'

const PIECE = 55

/** RFC 2231 §7 attribute-char. */
function percentEncode(octet: number): string {
  const char = String.fromCharCode(octet)
  return /[A-Za-z0-9!#$&+^_`{}~.-]/.test(char)
    ? char
    : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`
}

/**
 * One parameter as the list of `name=value` pairs that carry it: a token, a quoted string, or RFC 2231 with UTF-8,
 * in numbered pieces when long. SyntaxFault for a bad name and for CR, LF and NUL.
 */
export function encodeParam(name: string, value: string): string[] {
  if (!/^[A-Za-z0-9!#$&+^_`{|}~.-]{1,60}$/.test(name)) throw new SyntaxFault('not a parameter name')
  const clean = refuseLineBreaks(value).toWellFormed()
  if (clean.length <= PIECE) {
    if (/^[A-Za-z0-9!#$&+^_`{|}~.-]+$/.test(clean)) return [`${name}=${clean}`]
    if (/^[\x20-\x7e]*$/.test(clean) && !clean.includes('=?')) {
      return [`${name}="${clean.replace(/["\\]/g, '\\$&')}"`]
    }
  }
  const pieces: string[] = []
  let piece = "UTF-8''"
  for (const octet of Buffer.from(clean)) {
    const encoded = percentEncode(octet)
    if (piece.length + encoded.length > PIECE) {
      pieces.push(piece)
      piece = ''
    }
    piece += encoded
  }
  pieces.push(piece)
  return pieces.length === 1
    ? [`${name}*=${piece}`]
    : pieces.map((text, index) => `${name}*${index}*=${text}`)
}

/** The body of a field with parameters: `text/plain; charset=utf-8`. SyntaxFault as `encodeParam`. */
export function formatParams(value: string, params: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(params).flatMap(([name, text]) => encodeParam(name, text))
  return [refuseLineBreaks(value), ...pairs].join('; ')
}
