/** What is written can be read back, by us and by what XML allows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { escapeAttribute, escapeText } from '#src/wire/xml/escape.ts'
import { parseDocument } from '#src/wire/xml/read-document.ts'
import { XmlWriter } from '#src/wire/xml/xml-writer.ts'
import { arbitraryValue } from './arbitrary-values.ts'
import { schema, shelf } from './bookshelf.ts'

const declared =
  ' xmlns:b="urn:books" xmlns:x="urn:stamps" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const write = (value: unknown): string =>
  new XmlWriter()
    .field({ ...shelf, declared }, value)
    .take()
    .join('')

test('elements stand in the order of the schema, not of the value', () => {
  const value = {
    Stamp: 's',
    Note: null,
    Title: 'T',
    Tags: ['1'],
    lang: 'en',
    Box: 5,
    Kind: 'Wood',
    Id: 'a"b',
  }
  assert.equal(
    write(value).replace(declared, ''),
    '<b:Shelf Id="a&quot;b" Kind="Wood" xml:lang="en"><b:Title>T</b:Title><b:Box>5</b:Box>' +
      '<b:Tags><b:Tag>1</b:Tag></b:Tags><b:Note xsi:nil="true"/><x:Stamp>s</x:Stamp></b:Shelf>',
  )
})

test('any value of a schema can be read back', () => {
  fc.assert(
    fc.property(arbitraryValue(shelf.type), (value) => {
      assert.deepEqual(plain(parseDocument(write(value), shelf)), plain(value))
    }),
  )
})

/** Octets by their content; what is undefined is not there. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (value instanceof Map) return [...value]
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
}

/** What XML can carry of a text. */
const carried = (text: string): string =>
  text.toWellFormed().replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')

const anyText = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('\0', '\x08', '\r', '\r\n', '\t', ']]>', '&amp;', '"', '\ud800', '\uffff', '<'),
  ),
})

test('any text comes back without what XML cannot carry, and nothing else is lost', () => {
  fc.assert(
    fc.property(anyText, anyText, (Title, Id) => {
      const value = parseDocument(write({ Title, Id, Room: '' }), shelf)
      assert.deepEqual(value, { Title: carried(Title), Id: carried(Id), Room: '' })
    }),
    { numRuns: 300 },
  )
})

test('characters that XML does not have are left out, in no form are they written', () => {
  assert.equal(escapeText('a\u0000\u0008b\u000b\u001f\ufffe\uffffc'), 'abc')
  assert.equal(escapeAttribute('a\u0001b'), 'ab')
  assert.equal(escapeText('\ud83d'), '\ufffd')
})

test('a carriage return survives, and markup is none', () => {
  assert.equal(escapeText('a\r\n<b>&c'), 'a&#xD;\n&lt;b&gt;&amp;c')
  assert.equal(escapeAttribute('a\r\n\t"<'), 'a&#xD;&#xA;&#x9;&quot;&lt;')
})

test('much text is cut into parts', () => {
  const value = { Id: '1', Title: 'T', Room: 'R', Tags: Array.from({ length: 2_000 }, () => 'x'.repeat(100)) }
  const parts = new XmlWriter().field(schema.root('b/Shelf'), value).take()
  assert.ok(parts.length > 5)
})
