import { crc32 } from 'node:zlib'
import { encodeValue, type Property, type PropertyValue } from './property.ts'

/** The version of a Full Details file, and of OAB_HDR as a whole (MS-OXOAB 2.9.1). */
export const DETAILS_VERSION = 0x20

/** MS-OXOAB 2.9.1: version, serial, count of records, each four octets, the lowest first. */
const HEADER_BYTES = 12

/** What a book as a whole says of itself, in the order of its record (MS-OXOAB 2.9). */
const bookProperties: readonly Property[] = [
  { tag: 0x6800001f, flags: 0 },
  { tag: 0x6804001e, flags: 0 },
  { tag: 0x68010003, flags: 0 },
  { tag: 0x6802001e, flags: 0 },
]

/** A book: its name as a path of address lists, the distinguished name of that list, how new it is, and its GUID. */
type BookNames = { name: string; dn: string; sequence: number; guid: string }

/**
 * One OAB_V4_REC (MS-OXOAB 2.9.5): its size, a bit for each property of the table, the highest bit first, then the values that
 * are there in the order of the table.
 */
function encodeRecord(
  table: readonly Property[],
  values: ReadonlyMap<number, PropertyValue | undefined>,
): Uint8Array {
  const present = new Uint8Array(Math.ceil(table.length / 8))
  const pieces: Uint8Array[] = []
  let size = 4 + present.length
  for (const [at, { tag }] of table.entries()) {
    const value = values.get(tag)
    const octets = value === undefined ? undefined : encodeValue(tag, value)
    if (octets === undefined) continue
    present[at >> 3]! |= 0x80 >> (at & 7)
    pieces.push(octets)
    size += octets.length
  }
  return Buffer.concat([uint32(size), present, ...pieces], size)
}

/**
 * An uncompressed OAB version 4 Full Details file (MS-OXOAB 2.9) as it grows: what stands before the records, the records, and
 * at the end the header that stands before all of it, because it counts and sums them.
 */
export class DetailsFile {
  readonly #table: readonly Property[]
  /** OAB_META_DATA and the record of the book. */
  readonly front: Uint8Array
  #records = 0
  #sizeBytes: number
  #serial: number

  constructor(table: readonly Property[], { name, dn, sequence, guid }: BookNames) {
    this.#table = table
    const values: PropertyValue[] = [name, dn, sequence, guid]
    const book = encodeRecord(bookProperties, new Map(bookProperties.map(({ tag }, at) => [tag, values[at]])))
    this.front = Buffer.concat([metaData(bookProperties, table), book])
    this.#sizeBytes = HEADER_BYTES + this.front.length
    this.#serial = crc32(this.front)
  }

  /** The octets of the next record. */
  add(values: ReadonlyMap<number, PropertyValue | undefined>): Uint8Array {
    const record = encodeRecord(this.#table, values)
    this.#records++
    this.#sizeBytes += record.length
    this.#serial = crc32(record, this.#serial)
    return record
  }

  get records(): number {
    return this.#records
  }

  /** Of the whole file as it is now. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** OAB_HDR: it goes before `front`. */
  header(): Uint8Array {
    return Buffer.concat([uint32(DETAILS_VERSION), uint32(sumOf(this.#serial)), uint32(this.#records)])
  }
}

/** Which properties the records have (OAB_META_DATA, MS-OXOAB 2.9.2 to 2.9.4). */
function metaData(...tables: readonly (readonly Property[])[]): Uint8Array {
  const parts = tables.flatMap((table) => [
    uint32(table.length),
    ...table.flatMap(({ tag, flags }) => [uint32(tag), uint32(flags)]),
  ])
  const octets = Buffer.concat(parts)
  return Buffer.concat([uint32(4 + octets.length), octets])
}

export function uint32(value: number): Uint8Array {
  const octets = Buffer.allocUnsafe(4)
  octets.writeUInt32LE(value)
  return octets
}

/** The CRC-32 of IEEE 802.3 as this format has it: without the last inversion. */
export const sumOf = (crc: number): number => ~crc >>> 0
