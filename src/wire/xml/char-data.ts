/** Text and values of attributes as they stand in the octets of a document: UTF-8, references, line ends (XML 1.0 §2.2, §2.11, §3.3.3, §4.1). */
import { isAscii, isUtf8 } from 'node:buffer'
import { NotWellFormed } from './not-well-formed.ts'
import { MOST_BYTES, shortText } from './short-texts.ts'

/** What is no character of XML, or means more than itself; tabs and line feeds only in attributes. */
const control = String.raw`\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff`
const noCharacter = new RegExp(`[${control}]`)
const inText = new RegExp(`[&\\r\\]${control}]`)
const inAttribute = new RegExp(`[&\\t\\n\\r${control}]`)

const AND = 0x26
const BRACKET = 0x5d
/** Octets that mean themselves, wherever they stand. */
const isPlain = new Uint8Array(256).fill(1, 0x20, 0x80)
isPlain[AND] = 0
isPlain[BRACKET] = 0

const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/** Octets `from` to before `to`, of which every character may stand in XML. Throws NotWellFormed. */
export function charactersOf(octets: Buffer, from: number, to: number): string {
  const text = decoded(octets, from, to)
  if (noCharacter.test(text)) throw new NotWellFormed('disallowed character.')
  return text
}

/** The same with line ends as XML has them: of CDATA. */
export const linesOf = (octets: Buffer, from: number, to: number): string =>
  oneLineEnd(charactersOf(octets, from, to))

/** Text between tags. `lenient`: references to characters that XML does not have are left out. */
export function textOf(octets: Buffer, from: number, to: number, lenient: boolean): string {
  const short = plainText(octets, from, to)
  if (short !== undefined) return short
  const text = decoded(octets, from, to)
  if (!inText.test(text)) return text
  if (noCharacter.test(text)) throw new NotWellFormed('disallowed character.')
  if (text.includes(']]>')) throw new NotWellFormed('the string "]]>" is disallowed in char data.')
  return resolved(oneLineEnd(text), lenient)
}

/** What stands between the quotes of an attribute: blanks of every kind are spaces. */
export function attributeOf(octets: Buffer, from: number, to: number, lenient: boolean): string {
  const short = plainText(octets, from, to)
  if (short !== undefined) return short
  const text = decoded(octets, from, to)
  if (!inAttribute.test(text)) return text
  if (noCharacter.test(text)) throw new NotWellFormed('disallowed character.')
  return resolved(text.replace(/\r\n|[\t\n\r]/g, ' '), lenient)
}

/**
 * Looked at here, as a call of the platform costs more than so few octets. Undefined where it is long, or something in it is more than
 * ASCII that means itself.
 */
function plainText(octets: Buffer, from: number, to: number): string | undefined {
  if (to - from > MOST_BYTES) return undefined
  let hash = to - from
  for (let at = from; at < to; at++) {
    const octet = octets[at]!
    if (isPlain[octet] === 0) return undefined
    hash = (Math.imul(hash, 31) + octet) | 0
  }
  return shortText(octets, from, to, hash)
}

function decoded(octets: Buffer, from: number, to: number): string {
  const part = octets.subarray(from, to)
  if (isAscii(part)) return part.toString('latin1')
  if (!isUtf8(part)) throw new NotWellFormed('there are octets that are no character.')
  return part.toString('utf8')
}

const oneLineEnd = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text)

function resolved(text: string, lenient: boolean): string {
  if (!text.includes('&')) return text
  return text.replace(/&([^;&]*)(;?)/g, (whole, name: string, end: string) => {
    if (end === '') throw new NotWellFormed('malformed entity name.')
    if (!name.startsWith('#')) {
      const meant = entities.get(name)
      if (meant === undefined) throw new NotWellFormed('undefined entity.')
      return meant
    }
    const [number, hexadecimal, decimal] = /^#(?:x([\dA-Fa-f]+)|(\d+))$/.exec(name) ?? []
    const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16)
    if (isCharacter(code)) return String.fromCodePoint(code)
    if (!lenient) throw new NotWellFormed('malformed character entity.')
    return number === undefined ? whole : ''
  })
}

/** XML 1.0 §2.2. */
const isCharacter = (code: number): boolean =>
  code === 0x09 ||
  code === 0x0a ||
  code === 0x0d ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff)
