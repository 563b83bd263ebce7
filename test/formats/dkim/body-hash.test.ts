import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { BodyHash } from '#src/formats/dkim/body-hash.ts'
import { chosenFields, relaxedField } from '#src/formats/dkim/canonical-header.ts'
import { HeaderSplitter, readSignable } from '#src/formats/dkim/signable.ts'
import { formatTagField, tagOf } from '#src/formats/dkim/tags.ts'
import { parseFields } from '#src/formats/header/fields.ts'

const sha256 = (text: string) => createHash('sha256').update(text, 'latin1').digest('base64')
const hashOf = (...chunks: string[]) => {
  const hash = new BodyHash()
  for (const chunk of chunks) hash.update(Buffer.from(chunk, 'latin1'))
  return hash.digest()
}

/** RFC 6376 §3.4.4 as it reads, for a body that is all there. */
function relaxed(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''))
  while (lines.at(-1) === '') lines.pop()
  return lines.map((line) => `${line}\r\n`).join('')
}

const bodies: [body: string, canonical: string][] = [
  ['', ''],
  ['\r\n', ''],
  ['\r\n\r\n \t\r\n', ''],
  [' C \r\nD \t E\r\n\r\n\r\n', ' C\r\nD E\r\n'],
  ['no end of line', 'no end of line\r\n'],
  ['a\rb\nc\r', 'a\rb\nc\r\r\n'],
  ['a \r b', 'a \r b\r\n'],
  ['\r\n\r\na\r\n', '\r\n\r\na\r\n'],
]
for (const [body, canonical] of bodies) {
  test(`hashes ${JSON.stringify(body)} as ${JSON.stringify(canonical)}`, () => {
    assert.equal(hashOf(body), sha256(canonical))
    assert.equal(hashOf(...body), sha256(canonical))
  })
}

test('any body hashes as the rule says, cut anywhere', () => {
  const text = fc.array(fc.constantFrom('a', ' ', '\t', '\r\n', '\r', '\n', '\xff', '\r\n'), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), (parts) => {
      const chunks = parts.map((part) => part.join(''))
      assert.equal(hashOf(...chunks), sha256(relaxed(chunks.join(''))))
    }),
    { numRuns: 500 },
  )
})

test('thousands of empty lines across chunks come out between texts, and vanish at the end', () => {
  const gap = '\r\n'.repeat(5_000)
  assert.equal(hashOf('a', gap, 'b', gap), sha256(`a${gap}b\r\n`))
  assert.equal(hashOf('a\r', `\n${gap}b`), sha256(`a\r\n${gap}b\r\n`))
})

test('header and body part at the first empty line, however the message is cut', async () => {
  const messages: [message: string, header: string, body: string][] = [
    ['A: 1\r\nB: 2\r\n\r\nbody\r\n', 'A: 1\r\nB: 2\r\n', 'body\r\n'],
    ['A: 1\n\nbody', 'A: 1\n', 'body'],
    ['\r\nbody', '', 'body'],
    ['A: 1\r\n', 'A: 1\r\n', ''],
    ['A: 1\r\n\r\n\r\nx', 'A: 1\r\n', '\r\nx'],
    ['A: 1\r\n \r\nB: 2\r\n\r\n', 'A: 1\r\n \r\nB: 2\r\n', ''],
  ]
  for (const [message, header, body] of messages) {
    for (const size of [1, 2, 3, 1_000]) {
      const bodies: Buffer[] = []
      const splitter = new HeaderSplitter((chunk) => bodies.push(Buffer.from(chunk)))
      for (let at = 0; at < message.length; at += size)
        splitter.push(Buffer.from(message.slice(at, at + size)))
      assert.equal(splitter.end().toString(), header)
      assert.equal(Buffer.concat(bodies).toString(), body)
    }
  }
  async function* endless() {
    for (;;) yield Buffer.from('X: y\r\n'.repeat(10_000))
  }
  await assert.rejects(readSignable(endless()), SyntaxFault)
})

test('fields are made relaxed and chosen from the bottom up', () => {
  const block = 'A: X\r\nSUBJECT : Y\t\r\n\tZ  \r\na:2\r\nb:\r\n'
  const fields = parseFields(Buffer.from(block))
  assert.deepEqual(fields.map(relaxedField), ['a:X\r\n', 'subject:Y Z\r\n', 'a:2\r\n', 'b:\r\n'])
  const names = ['a', 'none', 'b', 'a', 'a']
  assert.deepEqual(chosenFields(fields, names).map(relaxedField), ['a:2\r\n', 'b:\r\n', 'a:X\r\n'])
})

test('tags are folded within 78 characters and read back', () => {
  const b = 'A'.repeat(344)
  const names = Array<string>(40).fill('subject').join(':')
  const field = formatTagField('DKIM-Signature', [
    ['v', '1'],
    ['h', names],
    ['bh', 'x='],
    ['b', b],
  ])
  assert.ok(
    field.split('\r\n').every((line, index) => line.length <= 78 && (index === 0 || line.startsWith('\t'))),
  )
  const value = field.slice(field.indexOf(':') + 1)
  assert.deepEqual(
    ['v', 'h', 'bh', 'b', 'd'].map((tag) => tagOf(value, tag)),
    ['1', names, 'x=', b, undefined],
  )
})
