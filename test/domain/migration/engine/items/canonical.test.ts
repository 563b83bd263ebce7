import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  BodyDigest,
  digestLike,
  KeyedDigest,
  LineDigest,
} from '#src/domain/migration/engine/items/canonical.ts'

const key = Buffer.alloc(32, 1)

function digestOf(digest: KeyedDigest | BodyDigest | LineDigest, pieces: readonly Uint8Array[]): string {
  for (const piece of pieces) digest.push(piece)
  return digest.finish()
}

test('a digest with a key is that of the octets, wherever they are cut, and of no others', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 70 })), fc.nat(), (pieces, at) => {
      const whole = Buffer.concat(pieces)
      const digest = digestOf(new KeyedDigest(key), [whole])
      assert.equal(digestOf(new KeyedDigest(key), pieces), digest)
      assert.notEqual(digestOf(new KeyedDigest(key), [whole, Buffer.alloc(1)]), digest)
      assert.notEqual(digestOf(new KeyedDigest(Buffer.alloc(32, 2)), [whole]), digest)
      if (whole.length === 0) return
      whole[at % whole.length]! ^= 1
      assert.notEqual(digestOf(new KeyedDigest(key), [whole]), digest)
    }),
  )
})

test('a body is digested in the form that the ledger has of it', async () => {
  const octets = [Buffer.from('Subject: Figures\r\n\r\nThey are better.\r\n')]
  const asked: string[] = []
  for (const made of [new KeyedDigest(key), new BodyDigest(), new LineDigest()]) {
    const kept = digestOf(made, octets)
    const again = await digestLike(kept, async () => {
      asked.push(made.constructor.name)
      return key
    })
    assert.equal(digestOf(again, octets), kept)
  }
  assert.deepEqual(asked, ['KeyedDigest'])
})
