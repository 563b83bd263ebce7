import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatKeyRef, parseKeyRef } from '#src/domain/keys/provider.ts'

const keyRef = fc.record(
  {
    provider: fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
    id: fc.stringMatching(/^[!-~]{1,256}$/),
    version: fc.integer({ min: 1, max: 999_999_999 }),
  },
  { noNullPrototype: true },
)

describe('a key reference', () => {
  it('reads back what it wrote', () => {
    fc.assert(fc.property(keyRef, (ref) => assert.deepEqual(parseKeyRef(formatKeyRef(ref)), ref)))
  })

  it('may hold an ARN', () => {
    const ref = { provider: 'aws-kms', id: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd', version: 7 }
    assert.deepEqual(parseKeyRef('aws-kms:arn:aws:kms:eu-west-1:111122223333:key/1234abcd:7'), ref)
  })

  it('gives a value or a SyntaxFault for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z:0-9 -]*$/)),
        (text) => {
          try {
            assert.equal(formatKeyRef(parseKeyRef(text)), text)
          } catch (error) {
            assert.ok(error instanceof SyntaxFault, String(error))
          }
        },
      ),
    )
  })

  for (const text of [
    '',
    'local',
    'local:x',
    'local::1',
    ':x:1',
    'local:x:0',
    'local:x:01',
    'local:x y:1',
    'LOCAL:x:1',
    'local:x:1\n',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseKeyRef(text), SyntaxFault))
  }

  it('is not written when it could not be read', () => {
    assert.throws(() => formatKeyRef({ provider: 'local', id: 'a b', version: 1 }), RangeError)
    assert.throws(() => formatKeyRef({ provider: 'local', id: 'a', version: 1.5 }), RangeError)
  })
})
