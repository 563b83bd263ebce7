import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BATCH_BYTES, batchesOf } from '#connectors/exchange/item-batches.ts'

const MIB = 1024 * 1024
const items = (count: number, sizeBytes: number) =>
  Array.from({ length: count }, (_, no) => ({ key: `${no}`, head: { sizeBytes, itemClass: 'IPM.Note' } }))
const sizes = (count: number, sizeBytes: number) =>
  batchesOf(items(count, sizeBytes)).map((batch) => batch.sizeBytes)

test('the first request is small, so that its items are taken while the next ones, twice as large each, are under way', () => {
  assert.deepEqual(sizes(44, MIB / 4), [MIB, 2 * MIB, BATCH_BYTES, BATCH_BYTES])
})

test('an item that is larger than a request goes alone, and nothing is left out', () => {
  assert.deepEqual(sizes(3, 5 * MIB), [5 * MIB, 5 * MIB, 5 * MIB])
  const batches = batchesOf(items(500, 1))
  assert.deepEqual(
    batches.flatMap((batch) => batch.items.map(({ key }) => key)),
    items(500, 1).map(({ key }) => key),
  )
})
