import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatMailboxList } from '../address/format.ts'
import type { AddressEntry } from '../address/mailbox-list.ts'
import { encodeWords } from './encode-words.ts'
import { refuseLineBreaks } from './injection.ts'

/** RFC 5322 §2.1.1 and RFC 2047 §2. */
const LINE = 78
const LINE_WITH_WORDS = 76
const HARD_LIMIT = 998

function checkName(name: string): string {
  if (!/^[\x21-\x39\x3b-\x7e]{1,76}$/.test(name)) throw new SyntaxFault('not a header field name')
  return name
}

/**
 * A header field with its final CRLF, folded at blanks so that lines stay within 78 characters where blanks allow it.
 * `body` is structured or already encoded. SyntaxFault for a bad name, CR, LF, NUL, 8-bit, or a word over 998.
 */
export function formatEncodedHeader(name: string, body: string): string {
  refuseLineBreaks(body)
  if (/[^\x00-\x7f]/.test(body)) throw new SyntaxFault('8-bit text in a header field that was not encoded')
  const limit = body.includes('=?') ? LINE_WITH_WORDS : LINE
  const lines: string[] = []
  let line = `${checkName(name)}:`
  for (const word of body.split(' ')) {
    // A line of nothing but blanks would end the header for some readers, so a break needs text before it.
    if (
      word !== '' &&
      line.length + 1 + word.length > limit &&
      line.trim() !== '' &&
      lines.length + line.length > name.length + 1
    ) {
      lines.push(line)
      line = ''
    }
    line += ` ${word}`
    if (line.length > HARD_LIMIT) throw new SyntaxFault('a word too long for a header line')
  }
  lines.push(line.trimEnd())
  return `${lines.join('\r\n')}\r\n`
}

/**
 * An unstructured header field (Subject, Comments, X-…) with its final CRLF: encoded words where needed (RFC 2047),
 * folded at 78. SyntaxFault for a bad name and for CR, LF and NUL in the value.
 */
export function formatHeader(name: string, value: string): string {
  return formatEncodedHeader(name, encodeWords(value, name.length + 2))
}

/** An address header field (From, To …) with its final CRLF. SyntaxFault for what no mailbox list can hold. */
export function formatAddressHeader(name: string, entries: readonly AddressEntry[]): string {
  return formatEncodedHeader(name, formatMailboxList(entries))
}
