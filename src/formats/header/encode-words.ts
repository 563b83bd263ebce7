import { refuseLineBreaks } from './injection.ts'

/** RFC 2047 §2: an encoded word is at most 75 characters long and its line at most 76. */
const WORD_LIMIT = 75
const FRAME = '=?UTF-8?B??='.length

const hexOf = (octet: number) => `=${octet.toString(16).toUpperCase().padStart(2, '0')}`

/** RFC 2047 §5 (3): the characters a Q word may hold even inside a phrase. */
const inQ = Array.from({ length: 256 }, (_, octet) => {
  const char = String.fromCharCode(octet)
  return char === ' ' ? '_' : /[A-Za-z0-9!*+/-]/.test(char) ? char : hexOf(octet)
})

function encodeQ(bytes: Uint8Array): string {
  let out = ''
  for (const octet of bytes) out += inQ[octet]
  return out
}

function lengthInQ(bytes: Uint8Array): number {
  let length = 0
  for (const octet of bytes) length += inQ[octet]!.length
  return length
}

const lengthInB = (octets: number): number => Math.ceil(octets / 3) * 4

/** Encodes all of `text` as encoded words separated by blanks, none splitting a character. */
function encodeRun(text: string, used: number): string {
  const bytes = Buffer.from(text)
  const encoding = lengthInQ(bytes) <= lengthInB(bytes.length) ? 'Q' : 'B'
  const encode = encoding === 'Q' ? encodeQ : (piece: Uint8Array) => Buffer.from(piece).toString('base64')
  const words: string[] = []
  let room = Math.max(24, Math.min(WORD_LIMIT, WORD_LIMIT - used)) - FRAME
  const push = (from: number, to?: number) =>
    words.push(`=?UTF-8?${encoding}?${encode(bytes.subarray(from, to))}?=`)
  let [from, at, length] = [0, 0, 0]
  for (const char of text) {
    const octets = Buffer.byteLength(char)
    const inQ = encoding === 'Q' ? lengthInQ(bytes.subarray(at, at + octets)) : 0
    const longer = encoding === 'Q' ? length + inQ : lengthInB(at + octets - from)
    if (at > from && longer > room) {
      push(from, at)
      from = at
      length = 0
      room = WORD_LIMIT - FRAME
    }
    length += inQ
    at += octets
  }
  push(from)
  return words.join(' ')
}

/** Whether a word, or a text as a whole, cannot stand in a header as it is. */
const needsEncoding = (text: string) => /[^\x20-\x7e]|=\?/.test(text) || text.length > 900

/**
 * Unstructured header text (a subject) with what is not ASCII as encoded words: UTF-8, B or Q, whichever is shorter.
 * `used` is how many characters its line already has. SyntaxFault for CR, LF and NUL.
 */
export function encodeWords(text: string, used = 0): string {
  const clean = refuseLineBreaks(text).toWellFormed()
  if (/^ | $| {2}/.test(clean)) return encodeRun(clean, used)
  if (!needsEncoding(clean)) return clean
  const out: string[] = []
  let run: string[] = []
  let column = used
  const flush = () => {
    if (run.length === 0) return
    out.push(encodeRun(run.join(' '), column))
    run = []
    column = 0
  }
  for (const word of clean.split(' ')) {
    if (needsEncoding(word)) {
      run.push(word)
    } else {
      flush()
      out.push(word)
      column += word.length + 1
    }
  }
  flush()
  return out.join(' ')
}

/** A display name (RFC 5322 §3.2.5 phrase): as it is, quoted, or as encoded words. */
export function encodePhrase(name: string): string {
  const clean = refuseLineBreaks(name).toWellFormed()
  if (needsEncoding(clean)) return encodeRun(clean, 0)
  if (/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(clean)) return clean
  return `"${clean.replace(/["\\]/g, '\\$&')}"`
}
