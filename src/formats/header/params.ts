import { decodeText } from '../text/charset.ts'
import { stripComments } from './comments.ts'
import { decodeWords } from './encoded-words.ts'
import { unfold } from './fields.ts'

/** A value with parameters, as Content-Type and Content-Disposition have: `value; name=text; …`. */
export interface ParamValue {
  /** What stands before the first semicolon, trimmed. */
  value: string
  /** Names in lower case; continuations joined and charsets decoded (RFC 2231), encoded words too. */
  params: Record<string, string>
}

interface Piece {
  index: number
  extended: boolean
  text: string
}

const MAX_PARAMS = 200

/** Reads `"…"` from its first quote. A backslash only escapes a quote or itself: Outlook writes `"C:\dir\file"`. */
function readQuoted(text: string, at: number): { text: string; end: number } {
  let out = ''
  let from = at + 1
  for (let index = from; index < text.length; index++) {
    const char = text[index]
    if (char === '"') return { text: out + text.slice(from, index), end: index + 1 }
    if (char === '\\' && (text[index + 1] === '"' || text[index + 1] === '\\')) {
      out += text.slice(from, index)
      index++
      from = index
    }
  }
  return { text: out + text.slice(from), end: text.length }
}

function* readPairs(text: string): Generator<[name: string, value: string]> {
  const start = /[\s;]*([^\s;="]{1,100})\s*(=\s*)?/y
  for (let at = 0, count = 0; at < text.length && count < MAX_PARAMS; count++) {
    start.lastIndex = at
    const match = start.exec(text)
    if (!match) {
      // Nothing that could be a name: go on after the next semicolon.
      const semicolon = text.indexOf(';', at)
      if (semicolon < 0) return
      at = semicolon + 1
      continue
    }
    at = start.lastIndex
    if (match[2] === undefined) continue
    if (text[at] === '"') {
      const quoted = readQuoted(text, at)
      at = quoted.end
      yield [match[1]!, quoted.text]
      continue
    }
    const semicolon = text.indexOf(';', at)
    const end = semicolon < 0 ? text.length : semicolon
    yield [
      match[1]!,
      text
        .slice(at, end)
        .replace(/\s\(.*$/s, '')
        .trim(),
    ]
    at = end
  }
}

function percentDecode(text: string): Buffer {
  const octets = Buffer.from(text).toString('latin1')
  const decoded = octets.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(decoded, 'latin1')
}

/** RFC 2231 §3 and §4: the pieces 0, 1, 2 … of one parameter, as far as none is missing. */
function joinPieces(pieces: Piece[]): string {
  pieces.sort((a, b) => a.index - b.index)
  const run = pieces.filter((piece, place) => piece.index === place)
  const label = run[0]?.extended ? /^([^']*)'[^']*'/.exec(run[0].text) : undefined
  if (!run.some((piece) => piece.extended)) return decodeWords(run.map((piece) => piece.text).join(''))
  const bytes = run.map((piece, place) => {
    const text = place === 0 && label ? piece.text.slice(label[0].length) : piece.text
    return piece.extended ? percentDecode(text) : Buffer.from(text)
  })
  return decodeText(Buffer.concat(bytes), label?.[1])
}

/**
 * Reads the stored value of a header field with parameters (RFC 2045 §5.1, RFC 2183, RFC 2231). Tolerates missing
 * semicolons, unquoted blanks, encoded words and raw 8-bit in values. The first of two equal names wins; the extended
 * form of a parameter wins over the plain one. Never fails.
 */
export function parseParams(stored: string): ParamValue {
  const text = unfold(stored)
  const semicolon = text.indexOf(';')
  if (semicolon < 0) return { value: stripComments(text).trim(), params: {} }
  const value = stripComments(text.slice(0, semicolon)).trim()
  const plain = new Map<string, string>()
  const split = new Map<string, Piece[]>()
  for (const [name, given] of readPairs(text.slice(semicolon + 1))) {
    const match = /^([^*]+)(?:\*(\d{1,3}))?(\*?)$/.exec(name.toLowerCase())
    if (!match || match[1] === '__proto__') continue
    const key = match[1]!
    if (match[2] === undefined && match[3] === '') {
      if (!plain.has(key)) plain.set(key, decodeWords(given))
      continue
    }
    const pieces = split.get(key) ?? []
    const index = Number(match[2] ?? 0)
    if (!pieces.some((piece) => piece.index === index))
      pieces.push({ index, extended: match[3] === '*', text: given })
    split.set(key, pieces)
  }
  for (const [key, pieces] of split) {
    if (pieces.some((piece) => piece.index === 0)) plain.set(key, joinPieces(pieces))
  }
  return { value, params: Object.fromEntries(plain) }
}
