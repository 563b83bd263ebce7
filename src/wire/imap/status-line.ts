import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { decodeOctetString } from '#src/formats/text/utf8.ts'
import { formatResponseCode, parseResponseCode, type ResponseCode } from './response-code.ts'
import { toWire } from './strings.ts'

type Status = 'OK' | 'NO' | 'BAD' | 'BYE' | 'PREAUTH'

/** A status response without its tag (RFC 9051 §7.1). */
export type StatusLine = { status: Status; code?: ResponseCode; text: string }

const statusWord = /^(OK|NO|BAD|BYE|PREAUTH)(?: |$)/i

/** `OK [UIDNEXT 5] Selected`, wire text behind the tag. SyntaxFault when it is no status response. */
export function parseStatusLine(wire: string): StatusLine {
  const word = statusWord.exec(wire)?.[1]
  if (word === undefined) throw new SyntaxFault('Not a status response', 0)
  const rest = wire.slice(word.length + 1)
  const end = rest.startsWith('[') ? codeEnd(rest) : -1
  const text = decodeOctetString(end < 0 ? rest : rest.slice(end + 1).replace(/^ /, ''))
  const status = word.toUpperCase() as Status
  if (end < 2) return { status, text }
  const inside = rest.slice(1, end)
  if (!/^[^\x00-\x20\x7f-\xff]/.test(inside)) return { status, text }
  return { status, code: parseResponseCode(inside), text }
}

/** Where the bracket closes that opens the text; brackets in quotes do not count. */
function codeEnd(text: string): number {
  const quoted = /^\[(?:[^"\]\\]|"[^"\\]*(?:\\.[^"\\]*)*"|\\)*\]/.exec(text)
  return quoted === null ? text.indexOf(']') : quoted[0].length - 1
}

/**
 * The line with CRLF; `tag` `*` for untagged. Control characters of the text become blanks; what is not ASCII becomes `?`
 * unless `utf8`.
 */
export function formatStatusLine(tag: string, { status, code, text }: StatusLine, utf8 = false): string {
  const clean = text.replace(/[\x00-\x1f\x7f]+/g, ' ').trim() || status
  const human = utf8 ? toWire(clean) : clean.replace(/[^\x20-\x7e]/gu, '?')
  // A text that begins with a bracket would be read as a code, and one that ends as a literal's announcement as one.
  const safe = code === undefined && human.startsWith('[') ? `(${human.slice(1)}` : human
  const codeText = code === undefined ? '' : `[${formatResponseCode(code)}] `
  return `${tag} ${status} ${codeText}${safe.replace(/\}$/, ')')}\r\n`
}

/** `+ text` with CRLF: the client may go on (RFC 9051 §7.6). */
export function formatContinuation(text = 'OK'): string {
  if (/[\r\n\0]/.test(text)) throw new SyntaxFault('A line break in a continuation')
  return `+ ${text}\r\n`
}

/** `* data` with CRLF. */
export function formatUntagged(wire: string): string {
  return `* ${wire}\r\n`
}
