import { decodeOctetString } from '../text/utf8.ts'

/** One header field as stored. `value` keeps its folds and holds one octet per character. */
export interface HeaderField {
  name: string
  /** The name in lower case. */
  key: string
  value: string
}

const TAB = 9
const SPACE = 32
const COLON = 58

/**
 * Where the colon of a field starting at `at` stands, or -1 when what stands there is no header field
 * (RFC 5322 §2.2; blanks before the colon are obsolete syntax and allowed, §4.5.1).
 */
export function colonOf(octetAt: (index: number) => number, at: number, end: number): number {
  let index = at
  while (index < end) {
    const octet = octetAt(index)
    if (octet === COLON) return index > at ? index : -1
    if (octet <= SPACE || octet >= 127) break
    index++
  }
  if (index === at) return -1
  while (index < end && (octetAt(index) === SPACE || octetAt(index) === TAB)) index++
  return index < end && octetAt(index) === COLON ? index : -1
}

/** A name as all write it, with its colon. */
const plainName = /[\w-]+:/y

/** As `colonOf`, in octets as text: where the colon of the field stands that begins at `at`, and ends before `end`. */
export function colonIn(text: string, at: number, end: number): number {
  plainName.lastIndex = at
  return plainName.test(text) ? plainName.lastIndex - 1 : colonOf((index) => text.charCodeAt(index), at, end)
}

/** Fields of a header block in their order. Lines that belong to no field are left out. Never fails. */
export function parseFields(block: Uint8Array): HeaderField[] {
  const text = Buffer.from(block.buffer, block.byteOffset, block.length).toString('latin1')
  const octetAt = (index: number) => text.charCodeAt(index)
  const fields: HeaderField[] = []
  let at = 0
  while (at < text.length) {
    let end = text.indexOf('\n', at)
    while (end >= 0 && (octetAt(end + 1) === SPACE || octetAt(end + 1) === TAB))
      end = text.indexOf('\n', end + 1)
    const next = end < 0 ? text.length : end + 1
    const colon = colonIn(text, at, next)
    if (colon >= 0) {
      const name = text.slice(at, colon).trimEnd()
      fields.push({ name, key: name.toLowerCase(), value: text.slice(colon + 1, next) })
    }
    at = next
  }
  return fields
}

/**
 * A stored value on one line: folds undone (RFC 5322 §2.2.3), stray CR, LF and NUL made blanks, ends trimmed, octets
 * above 127 read as UTF-8 or else windows-1252. Encoded words are left as they are.
 */
export function unfold(value: string): string {
  const line = /[\r\n\0]/.test(value)
    ? value.replace(/\r?\n(?=[ \t])/g, '').replace(/[\r\n\0]+/g, ' ')
    : value
  return decodeOctetString(line).trim()
}

/** The unfolded value of the first field called `key` (lower case), or undefined. */
export function findField(fields: readonly HeaderField[], key: string): string | undefined {
  for (const field of fields) if (field.key === key) return unfold(field.value)
  return undefined
}
