import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatKeyFile, parseKeyFile } from '#src/platform/keys/key-file-text.ts'

const keyFile = fc.record(
  {
    id: fc.stringMatching(/^[\w-]{1,128}$/),
    version: fc.integer({ min: 1, max: 999_999_999 }),
    created: fc.date({ min: new Date('2000-01-01'), max: new Date('2999-01-01'), noInvalidDate: true }),
    key: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((octets) => Buffer.from(octets)),
  },
  { noNullPrototype: true },
)
const example = formatKeyFile({
  id: 'm-1-00',
  version: 3,
  created: new Date('2026-11-21T19:00:00.000Z'),
  key: Buffer.alloc(32, 7),
})

describe('the text of a key file', () => {
  it('reads back what it wrote', () => {
    fc.assert(fc.property(keyFile, (file) => assert.deepEqual(parseKeyFile(formatKeyFile(file)), file)))
  })

  it('is five plain lines and a SHA-256', () => {
    const body = [
      'landbridge-key 1',
      'id m-1-00',
      'version 3',
      'created 2026-11-21T19:00:00.000Z',
      'key BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=',
      '',
    ].join('\n')
    assert.equal(example, `${body}sha256 ${createHash('sha256').update(body).digest('hex')}\n`)
  })

  it('tolerates what an editor does to line ends', () => {
    assert.deepEqual(parseKeyFile(`${example.replaceAll('\n', '\r\n')}\r\n\r\n`), parseKeyFile(example))
    assert.deepEqual(parseKeyFile(example.trimEnd()), parseKeyFile(example))
  })

  it('notices any single character changed', () => {
    for (let index = 0; index < example.length - 1; index++) {
      const changed = `${example.slice(0, index)}${example[index] === 'A' ? 'B' : 'A'}${example.slice(index + 1)}`
      assert.throws(() => parseKeyFile(changed), SyntaxFault, `character ${index}`)
    }
  })

  it('notices a cut at any place', () => {
    for (let length = 0; length < example.length - 1; length++) {
      assert.throws(() => parseKeyFile(example.slice(0, length)), SyntaxFault, `length ${length}`)
    }
  })

  it('says so when a later release wrote it', () => {
    assert.throws(() => parseKeyFile(example.replace('key 1\n', 'key 2\n')), /has format 2/)
  })

  it('gives a value or a SyntaxFault for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) =>
        assert.throws(() => parseKeyFile(text), SyntaxFault),
      ),
    )
  })
})
