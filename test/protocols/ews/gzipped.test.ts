import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { gzipped } from '#src/protocols/ews/gzipped.ts'

/** Pieces of an answer, and whether it was let go of. */
function answer(pieces: readonly Uint8Array[], failure?: Error) {
  const seen = { taken: 0, over: false }
  const octets = async function* () {
    try {
      for (const piece of pieces) {
        seen.taken++
        yield piece
      }
      if (failure) throw failure
    } finally {
      seen.over = true
    }
  }
  return { seen, octets: octets() }
}

const piece = randomBytes(10_000)
const gathered = async (octets: AsyncIterable<Uint8Array>) => Buffer.concat(await Array.fromAsync(octets))

for (const count of [0, 1, 2, 3, 100])
  test(`an answer in ${count} pieces is packed whole`, async () => {
    const pieces = Array.from({ length: count }, () => piece)
    const { seen, octets } = answer(pieces)
    assert.deepEqual(gunzipSync(await gathered(gzipped(octets))), Buffer.concat(pieces))
    assert.ok(seen.over)
  })

for (const count of [1, 100])
  test(`an answer that fails after ${count} pieces says so to whoever reads it`, async () => {
    const { seen, octets } = answer(
      Array.from({ length: count }, () => piece),
      new Error('The disk is gone'),
    )
    await assert.rejects(gathered(gzipped(octets)), /The disk is gone/)
    assert.ok(seen.over)
  })

test('who reads no further lets go of the answer, of which little was made by then', async () => {
  const { seen, octets } = answer(Array.from({ length: 1_000 }, () => piece))
  for await (const _ of gzipped(octets)) break
  assert.ok(seen.over)
  assert.ok(seen.taken < 200, `${seen.taken} pieces`)
})
