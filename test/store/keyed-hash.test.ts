import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { KeyedHash } from '#src/store/keyed-hash.ts'

const usual = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest('hex')

describe('a keyed hash', () => {
  it('is HMAC-SHA256 of the text in UTF-8, whatever was hashed before', () => {
    const key = fc.uint8Array({ maxLength: 64 })
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 10 })
    fc.assert(
      fc.property(key, texts, (octets, several) => {
        const keyed = new KeyedHash(octets)
        for (const text of several) assert.equal(keyed.of(text).toString('hex'), usual(octets, text))
      }),
    )
  })

  it('is the same for texts around the longest that fits', () => {
    const key = Buffer.from('a key')
    const keyed = new KeyedHash(key)
    for (const length of [2_729, 2_730, 2_731, 3_000, 8_191, 8_192, 8_193, 100_000])
      for (const unit of ['a', 'ü', '語'])
        assert.equal(keyed.of(unit.repeat(length)).toString('hex'), usual(key, unit.repeat(length)))
  })

  it('takes no key that is longer than a block', () => {
    assert.throws(() => new KeyedHash(Buffer.alloc(65)), /65 octets/)
  })
})
