import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseFields } from '#src/formats/header/fields.ts'
import { formatEncodedHeader } from '#src/formats/header/format.ts'
import { encodeParam, formatParams } from '#src/formats/header/format-params.ts'
import { parseParams } from '#src/formats/header/params.ts'

const cases: [stored: string, value: string, params: Record<string, string>][] = [
  ['text/plain', 'text/plain', {}],
  [' text/plain ; Charset = "UTF-8" ', 'text/plain', { charset: 'UTF-8' }],
  ['text/plain (hi; there); charset=us-ascii (Plain text)', 'text/plain', { charset: 'us-ascii' }],
  ['text/plain; charset="utf-8" format=flowed;; x', 'text/plain', { charset: 'utf-8', format: 'flowed' }],
  ['a; name="C:\\dir\\\\x \\"y\\".doc"', 'a', { name: 'C:\\dir\\x "y".doc' }],
  ['a; filename=my report.pdf; size=3', 'a', { filename: 'my report.pdf', size: '3' }],
  ['a; b="x; c=y"; d=z', 'a', { b: 'x; c=y', d: 'z' }],
  ['a; b="open', 'a', { b: 'open' }],
  ['a; b=1; b=2', 'a', { b: '1' }],
  ["a; n*=utf-8'en'%e2%82%ac%20x", 'a', { n: '€ x' }],
  ["a; n=plain; n*=iso-8859-1''f%fcr", 'a', { n: 'für' }],
  ['a; n*1*=%fcr; n*0*=iso-8859-1\'de\'f; n*2=" %41"', 'a', { n: 'für %41' }],
  ["a; n*0*=utf-8''%e2%82; n*1*=%ac", 'a', { n: '€' }],
  ['a; n*0=one; n*1=two; n*3=four', 'a', { n: 'onetwo' }],
  ['a; n*1=two', 'a', {}],
  ['a; n="=?utf-8?B?4oKs?="', 'a', { n: '€' }],
  ['a; n*=%e2%82%ac', 'a', { n: '€' }],
  ['a; n="gr\xfcn"', 'a', { n: 'grün' }],
  ['a; n="gr\xc3\xbcn"', 'a', { n: 'grün' }],
  ["a; n*=x-none''%zz%4", 'a', { n: '%zz%4' }],
  ['', '', {}],
]

for (const [stored, value, params] of cases) {
  test(`reads ${JSON.stringify(stored)}`, () => {
    assert.deepEqual(parseParams(stored), { value, params })
  })
}

test('folds inside a value are undone', () => {
  assert.deepEqual(parseParams('a;\r\n\tb="one\r\n two"'), { value: 'a', params: { b: 'one two' } })
})

test('writes the plainest form that carries the value', () => {
  assert.deepEqual(encodeParam('name', 'report.pdf'), ['name=report.pdf'])
  assert.deepEqual(encodeParam('name', 'my "x".pdf'), ['name="my \\"x\\".pdf"'])
  assert.deepEqual(encodeParam('name', '€'), ["name*=UTF-8''%E2%82%AC"])
  assert.match(encodeParam('name', '€'.repeat(20))[1]!, /^name\*1\*=/)
})

test('nothing breaks out of the field', () => {
  for (const text of ['a\r\nBcc: x', 'a\nb', 'a\0']) {
    assert.throws(() => encodeParam('name', text), SyntaxFault)
    assert.throws(() => formatParams(text, {}), SyntaxFault)
  }
  assert.throws(() => encodeParam('na me', 'x'), SyntaxFault)
})

test('what is written reads back, folded too', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.string({ maxLength: 300 }))
  fc.assert(
    fc.property(text, (value) => {
      fc.pre(!/[\r\n\0]/.test(value))
      const field = formatEncodedHeader(
        'Content-Type',
        formatParams('text/plain', { name: value, charset: 'utf-8' }),
      )
      const stored = parseFields(Buffer.from(field, 'latin1'))[0]!.value
      assert.deepEqual(parseParams(stored), {
        value: 'text/plain',
        params: { name: value, charset: 'utf-8' },
      })
    }),
    { numRuns: 500 },
  )
})

test('any octets give parameters', () => {
  const unit = fc.constantFrom(
    ';',
    '=',
    '"',
    '\\',
    '*',
    '0',
    '1',
    "'",
    '%',
    '(',
    ')',
    ' ',
    'a',
    '\xff',
    '\r\n ',
  )
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit, maxLength: 50 }), fc.string({ unit: 'binary' })), (text) => {
      const { params } = parseParams(Buffer.from(text).toString('latin1'))
      for (const value of Object.values(params)) assert.equal(typeof value, 'string')
    }),
    { numRuns: 500 },
  )
})
