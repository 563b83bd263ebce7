/** A piece of RTF (RTF 1.9.1 "Contents of an RTF File"). Text and octets hold one octet per character. */
export type RtfToken =
  | { kind: 'open' }
  | { kind: 'close' }
  | { kind: 'word'; word: string; number?: number }
  /** `\~`, `\{`, `\*` … */
  | { kind: 'symbol'; symbol: string }
  /** `\'e4` */
  | { kind: 'octet'; octet: string }
  | { kind: 'text'; text: string }

const token = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\$/gisy

/** Splits RTF, given with one octet per character. Line ends between tokens mean nothing and are left out. Never fails. */
export function* rtfTokens(rtf: string): Generator<RtfToken> {
  for (let at = 0; at < rtf.length; ) {
    token.lastIndex = at
    const match = token.exec(rtf)
    if (!match) return
    at = token.lastIndex
    const [, word, number, hex, symbol, brace, text] = match
    if (word !== undefined) {
      const value = number === undefined ? undefined : Number(number)
      if (word === 'bin') at += Math.max(0, value ?? 0)
      else yield { kind: 'word', word, ...(value !== undefined && { number: value }) }
    } else if (hex !== undefined) {
      yield { kind: 'octet', octet: String.fromCharCode(Number.parseInt(hex, 16)) }
    } else if (symbol !== undefined) {
      // A line end behind a backslash is another way to write \par.
      yield symbol === '\n' || symbol === '\r' ? { kind: 'word', word: 'par' } : { kind: 'symbol', symbol }
    } else if (brace !== undefined) {
      yield { kind: brace === '{' ? 'open' : 'close' }
    } else if (text !== undefined) {
      yield { kind: 'text', text }
    }
  }
}
