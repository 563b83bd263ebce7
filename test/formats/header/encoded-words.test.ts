import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { parseFields, unfold } from '#src/formats/header/fields.ts'
import { formatEncodedHeader, formatHeader } from '#src/formats/header/format.ts'

/** The first seven are the examples of RFC 2047 §8. */
const cases: [raw: string, text: string][] = [
  ['(=?ISO-8859-1?Q?a?=)', '(a)'],
  ['(=?ISO-8859-1?Q?a?= b)', '(a b)'],
  ['(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)', '(ab)'],
  ['(=?ISO-8859-1?Q?a?=   =?ISO-8859-1?Q?b?=)', '(ab)'],
  ['(=?ISO-8859-1?Q?a_b?=)', '(a b)'],
  ['(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)', '(a b)'],
  ['=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=', 'If you can read this yo'],
  ['=?utf-8?q?=E2=82?= =?utf-8?q?=AC?=', '€'],
  ['=?utf-8?b?4g==?= =?utf-8?b?gqw=?=', '€'],
  ['=?utf-8*en?q?=E2=82=AC?=', '€'],
  ['=?utf-8?q?not closed', '=?utf-8?q?not closed'],
  ['=?utf-8?x?abc?=', '=?utf-8?x?abc?='],
  ['=?x-nobody?q?f=FCr?=', 'für'],
  ['=?utf-8?q?two words?=', 'two words'],
  ['=?utf-8?q??=', ''],
  ['a=?utf-8?q?b?=c', 'abc'],
  ['plain', 'plain'],
]

for (const [raw, text] of cases) {
  test(`decodes ${raw}`, () => assert.equal(decodeWords(raw), text))
}

const readBack = (field: string) => decodeWords(unfold(parseFields(Buffer.from(field, 'latin1'))[0]!.value))

test('writes ASCII as it is and the rest in the shorter encoding', () => {
  assert.equal(formatHeader('Subject', 'Hello there'), 'Subject: Hello there\r\n')
  assert.equal(
    formatHeader('Subject', 'Ankündigung an alle'),
    'Subject: =?UTF-8?Q?Ank=C3=BCndigung?= an alle\r\n',
  )
  assert.equal(formatHeader('Subject', '会議'), 'Subject: =?UTF-8?B?5Lya6K2w?=\r\n')
  assert.equal(formatHeader('Subject', ''), 'Subject:\r\n')
})

test('lines stay within 78 characters, with encoded words within 76', () => {
  for (const text of [
    'wort '.repeat(60).trim(),
    '会議のお知らせ'.repeat(30),
    'ü'.repeat(200),
    'aé '.repeat(50).trim(),
  ]) {
    const lines = formatHeader('Subject', text).split('\r\n')
    const limit = /[^\x00-\x7f]/.test(text) ? 76 : 78
    for (const line of lines) assert.ok(line.length <= limit, `${line.length}: ${line}`)
    assert.equal(readBack(formatHeader('Subject', text)), text)
  }
})

test('nothing breaks out of the field', () => {
  for (const text of ['a\r\nBcc: x', 'a\nb', 'a\rb', 'a\0b']) {
    assert.throws(() => formatHeader('Subject', text), SyntaxFault)
    assert.throws(() => formatEncodedHeader('X', text), SyntaxFault)
  }
  for (const name of ['', 'a b', 'a:', 'a\r\n', 'ü'])
    assert.throws(() => formatHeader(name, 'x'), SyntaxFault)
  assert.throws(() => formatEncodedHeader('X', 'ü'), SyntaxFault)
  assert.throws(() => formatEncodedHeader('X', 'y'.repeat(1000)), SyntaxFault)
})

test('what is written reads back', () => {
  const unit = fc.constantFrom('a', 'B', ' ', ' ', '=?', '?=', '_', 'ü', '€', '𝄞', '\t', '=', '?', 'word')
  const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 150 }), fc.string({ unit, maxLength: 120 }))
  fc.assert(
    fc.property(text, (value) => {
      fc.pre(!/[\r\n\0]/.test(value))
      const field = formatHeader('Subject', value)
      assert.match(field, /^Subject:[\x20-\x7e]*(?:\r\n [\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*)*\r\n$/)
      assert.equal(readBack(field), value)
    }),
    { numRuns: 1000 },
  )
})

test('any text decodes', () => {
  const unit = fc.constantFrom('=?', '?=', '?', 'utf-8', 'iso-2022-jp', 'b', 'q', '=', 'E2', ' ', 'a')
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), (text) =>
      assert.equal(typeof decodeWords(text), 'string'),
    ),
  )
})

test('words of the 33rd charset of a header and later ones count as unlabelled', () => {
  const words = (charset: string, count: number) =>
    Array.from({ length: count }, (_, at) => `=?${charset}${at}?Q?a?=`)
  const cyrillic = '=?iso-8859-5?Q?=D0?='
  assert.equal(decodeWords([...words('x-none', 31), cyrillic].join(' ')), `${'a'.repeat(31)}а`)
  assert.equal(decodeWords([...words('x-none', 32), cyrillic].join(' ')), `${'a'.repeat(32)}Ð`)
})
