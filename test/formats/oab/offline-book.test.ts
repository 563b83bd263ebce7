import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BLOCK_BYTES, containerBytes, containerOf } from '#src/formats/oab/compressed-file.ts'
import { DetailsFile } from '#src/formats/oab/details-file.ts'
import { encodeValue, type Property, type PropertyValue } from '#src/formats/oab/property.ts'
import { type OabValue, readOab, unpackOab } from '#test/support/oab-reader.ts'

const hex = (tag: number, value: PropertyValue) => {
  const octets = encodeValue(tag, value)
  return octets && Buffer.from(octets).toString('hex')
}
const names = { name: '\\Global Address List', dn: '/', sequence: 300, guid: '00-00' }

test('values are written as the specification has them', () => {
  const integer = 0x39000003
  assert.equal(hex(integer, 0), '00')
  assert.equal(hex(integer, 0x7f), '7f')
  assert.equal(hex(integer, 0x80), '8180')
  assert.equal(hex(integer, 0xff), '81ff')
  assert.equal(hex(integer, 0x1234), '823412')
  assert.equal(hex(integer, 0x80000706), '8406070080')
  assert.equal(hex(0x3a40000b, true), '01')
  assert.equal(hex(0x3001001f, 'Zoë'), '5a6fc3ab00')
  assert.equal(hex(0x3003001e, '/o=a'), '2f6f3d6100')
  assert.equal(hex(0x8c6a1102, [Uint8Array.of(1, 2), Uint8Array.of(3)]), '020201020103')
  assert.equal(hex(0x800f101f, ['a', 'b']), '0261006200')
  assert.equal(hex(0x68051003, [5, 128]), '02058180')
})

test('what is empty has no value', () => {
  assert.equal(hex(0x3001001f, ''), undefined)
  assert.equal(hex(0x3001001f, '\0'), undefined)
  assert.equal(hex(0x800f101f, []), undefined)
  assert.equal(hex(0x800f101f, ['']), undefined)
  assert.equal(hex(0x8c6a1102, [Uint8Array.of()]), undefined)
  assert.equal(hex(0x800f101f, ['', 'a']), '016100')
})

test('a value of another type than its tag is a fault of ours', () => {
  assert.throws(() => encodeValue(0x3001001f, 1), TypeError)
  assert.throws(() => encodeValue(0x39000003, 'a'), TypeError)
  assert.throws(() => encodeValue(0x3001001f, ['a']), TypeError)
  assert.throws(() => encodeValue(0x800f101f, 'a'), TypeError)
  for (const value of [-1, 1.5, 2 ** 32, Number.NaN])
    assert.throws(() => encodeValue(0x39000003, value), RangeError)
})

test('a book of one record, octet by octet', () => {
  const file = new DetailsFile([{ tag: 0x39fe001f, flags: 2 }], { ...names, name: 'N', guid: 'g' })
  const record = file.add(new Map([[0x39fe001f, 'a@b']]))
  const octets = Buffer.concat([file.header(), file.front, record])
  assert.equal(
    octets.toString('hex', 12),
    [
      ...['34000000', '04000000'],
      ...['1f000068', '00000000', '1e000468', '00000000', '03000168', '00000000', '1e000268', '00000000'],
      ...['01000000', '1f00fe39', '02000000'],
      ...['0e000000', 'f0', '4e00', '2f00', '822c01', '6700'],
      ...['09000000', '80', '61406200'],
    ].join(''),
  )
  assert.equal(octets.length, file.sizeBytes)
  assert.deepEqual(readOab(octets).records, [new Map([[0x39fe001f, 'a@b']])])
})

/** Every type, and more than eight properties, so that bits go over into a second octet. */
const table: Property[] = [
  ...[0x39000003, 0x3a40000b, 0x3001001f, 0x3a11001f, 0x3a06001f, 0x3a00001f, 0x3a16001f, 0x3003001e],
  ...[0x8c9e0102, 0x68051003, 0x800f101f, 0x8c6a1102],
].map((tag) => ({ tag, flags: 0 }))

const octets = fc.uint8Array({ maxLength: 300 })
const text = fc.string({ unit: 'binary', maxLength: 40 })
const number = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 0xffff_ffff }))
const valueFor = (tag: number): fc.Arbitrary<PropertyValue> => {
  const type = tag & 0xffff
  if (type === 0x0003) return number
  if (type === 0x000b) return fc.boolean()
  if (type === 0x0102) return octets
  if (type === 0x1003) return fc.array(number, { maxLength: 5 })
  if (type === 0x101f) return fc.array(text, { maxLength: 5 })
  if (type === 0x1102) return fc.array(octets, { maxLength: 5 })
  return text
}
const records = fc.array(fc.tuple(...table.map(({ tag }) => fc.option(valueFor(tag), { nil: undefined }))), {
  maxLength: 8,
})

/** What a reader should find of a value: nothing of what is empty. */
function expected(value: PropertyValue | undefined): OabValue | undefined {
  const one = (each: number | boolean | string | Uint8Array) =>
    typeof each === 'string'
      ? each.toWellFormed().replaceAll('\0', '') || undefined
      : each instanceof Uint8Array
        ? each.length === 0
          ? undefined
          : Buffer.from(each)
        : each
  if (value === undefined) return undefined
  if (!Array.isArray(value)) return one(value as string)
  const each = value.flatMap((part) => (one(part) as string) ?? [])
  return each.length === 0 ? undefined : each
}

async function packed(pieces: readonly Uint8Array[], size: number): Promise<Buffer> {
  async function* source() {
    yield* pieces
  }
  const parts: Uint8Array[] = []
  for await (const part of containerOf(source(), size)) parts.push(part)
  return Buffer.concat(parts)
}

test('what is written is read again by a reader that knows only the specification', async () => {
  await fc.assert(
    fc.asyncProperty(records, number, async (rows, sequence) => {
      const file = new DetailsFile(table, { ...names, sequence })
      const written = rows.map((row) => file.add(new Map(table.map(({ tag }, at) => [tag, row[at]]))))
      const container = await packed([file.header(), file.front, ...written], file.sizeBytes)
      assert.equal(container.length, containerBytes(file.sizeBytes))
      const found = readOab(unpackOab(container))
      assert.deepEqual([...found.header.values()], [names.name, names.dn, sequence, names.guid])
      assert.deepEqual(found.table, table)
      const wanted = rows.map(
        (row) =>
          new Map(
            table.flatMap(({ tag }, at) => {
              const value = expected(row[at])
              return value === undefined ? [] : [[tag, value] as const]
            }),
          ),
      )
      assert.deepEqual(found.records, wanted)
    }),
  )
})

test('blocks end where they are full, however the file comes', async () => {
  const file = Buffer.alloc(2 * BLOCK_BYTES + 1, 'abc')
  for (const size of [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 2 * BLOCK_BYTES, file.length]) {
    const part = file.subarray(0, size)
    const pieces = [part.subarray(0, 7), part.subarray(7)]
    const container = await packed(pieces, size)
    assert.equal(container.length, containerBytes(size))
    assert.deepEqual(unpackOab(container), part)
  }
})

test('a file that is not as long as was said is never finished', async () => {
  await assert.rejects(packed([Buffer.from('ab')], 3), /has 2 octets and not 3/)
  await assert.rejects(packed([Buffer.from('abcd')], 3), /has 4 octets and not 3/)
})
