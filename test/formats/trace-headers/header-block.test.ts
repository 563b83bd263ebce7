import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseFields } from '#src/formats/header/fields.ts'
import { editHeader, headerBlockLength, placedFields } from '#src/formats/trace-headers/header-block.ts'

const edit = (text: string, change: Parameters<typeof editHeader>[1]) =>
  Buffer.from(editHeader(Buffer.from(text, 'latin1'), change)).toString('latin1')

test('takes fields out with their folds and leaves every other octet', () => {
  const block =
    'A:  1 \r\nX-Spam: yes\r\n\tmore\r\n  more\r\nnonsense\r\nx-spam : again\r\nB: \xe4\r\n \r\n\r\n'
  assert.equal(
    edit(block, { remove: ({ key }) => key === 'x-spam' }),
    'A:  1 \r\nnonsense\r\nB: \xe4\r\n \r\n\r\n',
  )
  assert.equal(edit(block, {}), block)
})

test('puts fields on top in their order', () => {
  assert.equal(
    edit('A: 1\r\n\r\n', { prepend: ['Return-Path: <>\r\n', 'Received: x\r\n y\r\n'] }),
    'Return-Path: <>\r\nReceived: x\r\n y\r\nA: 1\r\n\r\n',
  )
})

test('a new field is one whole field and nothing else', () => {
  for (const bad of [
    'A: 1',
    'A: 1\n',
    'A: 1\r\nB: 2\r\n',
    'A: 1\r\n\r\n',
    ': x\r\n',
    'A b: x\r\n',
    'A: x\r\n \r\n',
    'A: \u0100\r\n',
    'A: x\r\n \r\nB: 1\r\n',
  ]) {
    assert.throws(() => edit('', { prepend: [bad] }), SyntaxFault, JSON.stringify(bad))
  }
})

test('the places are those of the fields, whatever the octets', () => {
  const text = fc.string({ unit: fc.constantFrom('A', ':', ' ', '\r\n', '\n', '\t', 'x', '\r') })
  fc.assert(
    fc.property(text, (given) => {
      const block = Buffer.from(given, 'latin1')
      const placed = placedFields(block)
      assert.deepEqual(
        placed.map(({ name, key, value }) => ({ name, key, value })),
        parseFields(block),
      )
      for (const { from, to, value } of placed) assert.ok(given.slice(from, to).endsWith(value))
      assert.equal(edit(given, { remove: () => false }), given)
      const left = edit(given, { remove: () => true })
      assert.equal(left.length, given.length - placed.reduce((sum, { from, to }) => sum + to - from, 0))
    }),
  )
})

test('the end of the header is its first empty line', () => {
  const cases: [string, number][] = [
    ['A: 1\r\n\r\nbody', 8],
    ['A: 1\n\nbody', 6],
    ['\r\nbody', 2],
    ['\nbody', 1],
    ['A: 1\r\n', -1],
    ['A: 1\r\n\r', -1],
    ['', -1],
    ['A: 1\r\n \r\n\r\n', 11],
  ]
  for (const [text, length] of cases)
    assert.equal(headerBlockLength(Buffer.from(text)), length, JSON.stringify(text))
})
