/** A reader of offline address books, written from MS-OXOAB and MS-OXWOAB and not from our writer. */
import assert from 'node:assert/strict'

export type OabValue = number | boolean | string | Buffer | (number | string | Buffer)[]
export type OabRecord = ReadonlyMap<number, OabValue>
export type OabFile = {
  serial: number
  header: OabRecord
  records: OabRecord[]
  /** Tags of the records with their flags. */
  table: { tag: number; flags: number }[]
}

/** CRC-32, bit by bit, seeded with ones and not inverted at the end. */
function oabSum(octets: Uint8Array): number {
  let sum = 0xffff_ffff
  for (const octet of octets) {
    sum ^= octet
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb8_8320 : sum >>> 1
  }
  return sum >>> 0
}

class Octets {
  readonly #octets: Buffer
  at = 0

  constructor(octets: Buffer) {
    this.#octets = octets
  }

  get left(): number {
    return this.#octets.length - this.at
  }

  take(count: number): Buffer {
    assert.ok(count >= 0 && count <= this.left, `${count} octets are wanted and ${this.left} are left`)
    this.at += count
    return this.#octets.subarray(this.at - count, this.at)
  }

  uint32(): number {
    return this.take(4).readUInt32LE()
  }

  /** MS-OXOAB 2.9.6.1. */
  integer(): number {
    const first = this.take(1)[0]!
    if (first < 0x80) return first
    const count = first - 0x80
    assert.ok(count >= 1 && count <= 4, `${first} begins no integer`)
    const value = this.take(count).readUIntLE(0, count)
    assert.ok(value >= (count === 1 ? 0x80 : 256 ** (count - 1)), 'an integer is written longer than it is')
    return value
  }

  text(): string {
    const end = this.#octets.indexOf(0, this.at)
    assert.ok(end > this.at, 'a text has an end and is not empty')
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.take(end - this.at))
    this.take(1)
    return text
  }

  value(type: number): number | boolean | string | Buffer {
    if (type === 0x0003) return this.integer()
    if (type === 0x000b) return this.take(1)[0] === 1
    if (type === 0x001e || type === 0x001f) return this.text()
    assert.equal(type, 0x0102)
    return this.take(this.integer())
  }
}

/** The file in a container whose blocks are not compressed; fails where a size or sum does not fit. */
export function unpackOab(container: Buffer): Buffer {
  const octets = new Octets(container)
  assert.deepEqual([octets.uint32(), octets.uint32()], [3, 1])
  const [most, size] = [octets.uint32(), octets.uint32()]
  const blocks: Buffer[] = []
  let seen = 0
  while (octets.left > 0) {
    const [flags, packed, unpacked, sum] = [
      octets.uint32(),
      octets.uint32(),
      octets.uint32(),
      octets.uint32(),
    ]
    assert.equal(flags, 0)
    assert.equal(packed, unpacked)
    assert.ok(unpacked > 0 && unpacked <= most)
    const block = octets.take(packed)
    assert.equal(oabSum(block), sum)
    blocks.push(block)
    seen += block.length
  }
  assert.equal(seen, size)
  return Buffer.concat(blocks)
}

export function readOab(file: Buffer): OabFile {
  const octets = new Octets(file)
  const [version, serial, count] = [octets.uint32(), octets.uint32(), octets.uint32()]
  assert.equal(version, 0x20)
  assert.equal(serial, oabSum(file.subarray(12)))
  const schema = sized(octets)
  const [headerTable, table] = [tableOf(schema), tableOf(schema)]
  assert.equal(schema.left, 0)
  const header = recordOf(sized(octets), headerTable)
  const records: OabRecord[] = []
  while (octets.left > 0) records.push(recordOf(sized(octets), table))
  assert.equal(records.length, count)
  return { serial, header, records, table }
}

const sized = (octets: Octets): Octets => new Octets(octets.take(octets.uint32() - 4))

const tableOf = (octets: Octets): OabFile['table'] =>
  Array.from({ length: octets.uint32() }, () => ({ tag: octets.uint32(), flags: octets.uint32() }))

function recordOf(octets: Octets, table: OabFile['table']): OabRecord {
  const present = octets.take(Math.ceil(table.length / 8))
  const isThere = (at: number) => ((present[at >> 3]! >> (7 - (at & 7))) & 1) === 1
  for (let at = table.length; at < present.length * 8; at++)
    assert.ok(!isThere(at), 'a bit stands for nothing')
  const found = new Map<number, OabValue>()
  for (const [at, { tag, flags }] of table.entries()) {
    if (!isThere(at)) {
      assert.equal(flags & 2, 0, `every record has ${tag.toString(16)}`)
      continue
    }
    const type = tag & 0xffff
    if ((type & 0x1000) === 0) found.set(tag, octets.value(type))
    else
      found.set(
        tag,
        Array.from({ length: octets.integer() }, () => octets.value(type & 0xfff) as string),
      )
  }
  assert.equal(octets.left, 0)
  return found
}
