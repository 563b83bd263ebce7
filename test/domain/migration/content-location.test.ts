import assert from 'node:assert/strict'
import { test } from 'node:test'
import { carriedLocation } from '#src/domain/migration/content-location.ts'
import type { Loss } from '#src/domain/migration/source.ts'

test('a Content-Location is carried or named', () => {
  for (const location of ['https://intra.example/a b', 'cid:Größe', 'x'.repeat(900)]) {
    const losses: Loss[] = []
    assert.deepEqual(carriedLocation(location, 'a.txt', losses), { contentLocation: location })
    assert.deepEqual(losses, [])
  }
  for (const location of ['x'.repeat(901), 'two\r\nlines', ' blank', '\ud800']) {
    const losses: Loss[] = []
    assert.deepEqual(carriedLocation(location, 'a.txt', losses), {})
    assert.deepEqual(
      losses.map(({ property, weight }) => [property, weight]),
      [['attachment "a.txt", its Content-Location', 'metadata']],
    )
  }
  const losses: Loss[] = []
  for (const none of [undefined, '']) assert.deepEqual(carriedLocation(none, 'a.txt', losses), {})
  assert.deepEqual(losses, [])
})
