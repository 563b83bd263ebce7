import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { colonIn, type HeaderField } from '../header/fields.ts'

/** A field and where it stands: its octets are [from, to), line ends and folds among them. */
export interface PlacedField extends HeaderField {
  from: number
  to: number
}

const LF = 10

/** Fields of a header block in their order, with their places. Lines that belong to no field are left out. Never fails. */
export function placedFields(block: Uint8Array): PlacedField[] {
  const text = Buffer.from(block.buffer, block.byteOffset, block.length).toString('latin1')
  const continues = (at: number) => text[at] === ' ' || text[at] === '\t'
  const fields: PlacedField[] = []
  for (let at = 0; at < text.length; ) {
    let end = text.indexOf('\n', at)
    while (end >= 0 && continues(end + 1)) end = text.indexOf('\n', end + 1)
    const next = end < 0 ? text.length : end + 1
    const colon = colonIn(text, at, next)
    if (colon >= 0) {
      const name = text.slice(at, colon).trimEnd()
      fields.push({ name, key: name.toLowerCase(), value: text.slice(colon + 1, next), from: at, to: next })
    }
    at = next
  }
  return fields
}

interface HeaderEdit {
  /** Fields to take out. */
  remove?: (field: HeaderField) => boolean
  /** Whole fields, each with its CRLF, to stand before all others; the first one becomes the topmost. */
  prepend?: readonly string[]
}

/**
 * A header block (with or without its blank line) with fields taken out and others put before it. Every other octet stays
 * as it was, so DKIM signatures over it hold. SyntaxFault when a new field is not one whole field.
 */
export function editHeader(block: Uint8Array, { remove, prepend = [] }: HeaderEdit): Uint8Array {
  const pieces: Uint8Array[] = prepend.map((field) => Buffer.from(wholeField(field), 'latin1'))
  let kept = 0
  for (const field of remove ? placedFields(block) : []) {
    if (!remove!(field)) continue
    pieces.push(block.subarray(kept, field.from))
    kept = field.to
  }
  pieces.push(block.subarray(kept))
  return Buffer.concat(pieces)
}

/** Octets, one per character: what would end the header or begin another field must not slip in. */
function wholeField(field: string): string {
  if (!/^[\x21-\x39\x3b-\x7e]+:(?:[^\r\n\0]|\r\n[ \t]+(?=[^\r\n\0 \t]))*\r\n$/.test(field))
    throw new SyntaxFault('not one whole header field')
  const beyond = /[^\x00-\xff]/.exec(field)
  if (beyond) throw new SyntaxFault('a header field is given as octets', beyond.index)
  return field
}

/** The length of the header block at the start of a message, its blank line included; -1 when `bytes` do not reach its end. */
export function headerBlockLength(bytes: Uint8Array): number {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (data[0] === LF) return 1
  if (data[0] === 13 && data[1] === LF) return 2
  for (let at = data.indexOf(LF); at >= 0; at = data.indexOf(LF, at + 1)) {
    if (data[at + 1] === LF) return at + 2
    if (data[at + 1] === 13 && data[at + 2] === LF) return at + 3
  }
  return -1
}
