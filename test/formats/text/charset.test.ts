import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeText, decodeTextStream } from '#src/formats/text/charset.ts'

const cases: [label: string | undefined, hex: string, text: string][] = [
  ['utf-8', 'e282ac', '€'],
  ['"UTF-8"', 'e282ac', '€'],
  ['iso-8859-1', 'fc80', 'ü€'],
  ['koi8-r', 'f0d2c9', 'При'],
  ['iso-2022-jp', '1b2442467c4b5c1b2842', '日本'],
  ['cp932', '93fa967b', '日本'],
  ['gb2312', 'd6d0', '中'],
  ['ks_c_5601-1987', 'b0a1', '가'],
  ['utf-7', '2b4150772d', 'ü'],
  ['cp850', '81', 'ü'],
  ['utf-16', 'feff00fc', 'ü'],
  ['utf-16le', 'fc00', 'ü'],
  ['us-ascii', 'c3bc', 'ü'],
  ['us-ascii', 'fc', 'ü'],
  [undefined, 'c3bc', 'ü'],
  [undefined, 'fc41', 'üA'],
  ['x-nobody', '80', '€'],
  ['__proto__', '80', '€'],
  ['constructor', 'c3bc', 'ü'],
  ['iso-2022-kr', '41', 'A'],
]

for (const [label, hex, text] of cases) {
  test(`${label} ${hex}`, () => {
    const bytes = Buffer.from(hex, 'hex')
    assert.equal(decodeText(bytes, label), text)
    const stream = decodeTextStream(label)
    const pieces = Array.from(bytes, (octet) => stream.push(Uint8Array.of(octet)))
    assert.equal(pieces.join('') + stream.finish(), text)
  })
}

test('unlabelled UTF-8 in pieces is UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(5)), (text, sizes) => {
      const bytes = Buffer.from(text)
      const stream = decodeTextStream()
      let at = 0
      let out = ''
      for (const size of [...sizes, bytes.length]) {
        out += stream.push(bytes.subarray(at, at + size))
        at += size
      }
      assert.equal(out + stream.finish(), text.replace(/^\ufeff/, ''))
    }),
  )
})

test('any octets under any label decode', () => {
  const label = fc.oneof(
    fc.constantFrom('utf-8', 'iso-2022-jp', 'utf-7', 'cp850', 'utf-16', 'utf-32', 'hz-gb-2312', 'gb18030'),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.uint8Array(), label, fc.nat(20), (bytes, name, cut) => {
      assert.equal(typeof decodeText(bytes, name), 'string')
      const stream = decodeTextStream(name)
      assert.equal(
        typeof (stream.push(bytes.subarray(0, cut)) + stream.push(bytes.subarray(cut)) + stream.finish()),
        'string',
      )
    }),
  )
})
