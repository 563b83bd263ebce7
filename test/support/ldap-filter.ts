/** Search filters as they come over the wire (RFC 4511 4.5.1.7), with values as octets, and whether an object passes. */
import { Ber, type BerReader } from 'ldapts'

/** Values of one attribute by its lower-case name; a directory compares text without regard to case. */
export type Values = (attribute: string) => readonly Buffer[]
export type Passes = (values: Values) => boolean

const [AND, OR, NOT, EQUAL, AT_LEAST, PRESENT] = [0xa0, 0xa1, 0xa2, 0xa3, 0xa5, 0x87]

export function readFilter(reader: BerReader): Passes {
  const tag = reader.peek()
  if (tag === PRESENT) {
    const attribute = (reader.readString(PRESENT) ?? '').toLowerCase()
    return (values) => values(attribute).length > 0
  }
  reader.readSequence()
  const end = reader.offset + reader.length
  if (tag === AND || tag === OR) {
    const parts: Passes[] = []
    while (reader.offset < end) parts.push(readFilter(reader))
    return tag === AND
      ? (values) => parts.every((passes) => passes(values))
      : (values) => parts.some((passes) => passes(values))
  }
  if (tag === NOT) {
    const part = readFilter(reader)
    return (values) => !part(values)
  }
  const attribute = (reader.readString() ?? '').toLowerCase()
  const wanted = reader.readString(Ber.OctetString, true) ?? Buffer.alloc(0)
  if (tag === EQUAL) return (values) => values(attribute).some((value) => isEqual(value, wanted))
  if (tag === AT_LEAST) {
    const least = BigInt(wanted.toString())
    return (values) => values(attribute).some((value) => BigInt(value.toString()) >= least)
  }
  throw new Error(`a filter of kind ${tag}`)
}

function isEqual(value: Buffer, wanted: Buffer): boolean {
  return value.equals(wanted) || value.toString().toLowerCase() === wanted.toString().toLowerCase()
}
