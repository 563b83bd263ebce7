import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { decompressRtf, INITIAL_DICTIONARY } from '#src/formats/tnef/compressed-rtf.ts'
import { compressRtf } from '#test/support/tnef.ts'

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex')
const open = (bytes: Uint8Array, limit = 1_000_000) =>
  Buffer.from(decompressRtf(bytes, limit)).toString('latin1')

test('opens the examples of MS-OXRTFCP 4.1 and 4.2', () => {
  const simple = hex(`2d000000 2b000000 4c5a4675 f1c5c7a7 03000a00 72637067 31323542 320af320
    68656c09 00206277 05b06c64 7d0a800f a0`)
  assert.equal(open(simple), '{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n')
  const crossing = hex('1a000000 1c000000 4c5a4675 e2d44b51 41000420 5758595a 0d6e7d01 0eb0')
  assert.equal(open(crossing), '{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}')
})

test('our own encoder writes the checksum of the example', () => {
  const packed = compressRtf(Buffer.from('{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n'))
  assert.equal(open(packed), '{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n')
  assert.equal(packed.toString('hex', 12, 16), 'f1c5c7a7')
})

test('the dictionary begins with the 207 octets of the specification', () => {
  assert.equal(INITIAL_DICTIONARY.length, 207)
})

test('what is compressed opens to what it was', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .string({ unit: fc.constantFrom('\\par ', '{', '}', 'abc', ' '), maxLength: 400 })
      .map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(bytes, fc.boolean(), (rtf, plain) => {
      assert.deepEqual(Buffer.from(decompressRtf(compressRtf(rtf, plain), 10_000)), Buffer.from(rtf))
    }),
    { numRuns: 60 },
  )
})

test('text longer than the dictionary comes out whole', () => {
  const rtf = Buffer.from(Array.from({ length: 1500 }, (_, index) => `\\par ${index * 7919} `).join(''))
  assert.ok(rtf.length > 3 * 4096)
  assert.deepEqual(Buffer.from(decompressRtf(compressRtf(rtf), rtf.length)), rtf)
})

test('a bomb is refused before it is opened', () => {
  const packed = compressRtf(Buffer.alloc(5_000, 'a'))
  assert.throws(() => decompressRtf(packed, 4_999), SyntaxFault)
  const lying = Buffer.from(packed)
  lying.writeUInt32LE(0xffff_ffff, 4)
  assert.throws(() => decompressRtf(lying, 1_000_000), SyntaxFault)
  lying.writeUInt32LE(900_000, 4)
  assert.equal(decompressRtf(lying, 1_000_000).length, 5_000)
})

test('any octets give a value or a SyntaxFault, never more than they say', () => {
  const form = fc.constantFrom('LZFu', 'MELA', 'abcd')
  fc.assert(
    fc.property(form, fc.uint8Array({ maxLength: 200 }), fc.nat(3_000), (name, tail, raw) => {
      const head = Buffer.alloc(16)
      head.writeUInt32LE(tail.length + 12, 0)
      head.writeUInt32LE(raw, 4)
      head.write(name, 8)
      try {
        assert.ok(decompressRtf(Buffer.concat([head, tail]), 2_000).length <= Math.min(raw, 2_000))
      } catch (error) {
        assert.ok(error instanceof SyntaxFault)
      }
    }),
  )
})
