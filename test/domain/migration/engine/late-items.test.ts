import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sinceFlip } from '#src/domain/migration/engine/late-items.ts'

test('what is late goes by the change number that the cut-over noted, and by its time where it noted none', () => {
  assert.deepEqual(sinceFlip({ flippedAt: 5, flippedModseq: 9 }), { modseq: 9 })
  assert.deepEqual(sinceFlip({ flippedAt: 5, flippedModseq: 0 }), { modseq: 0 })
  assert.deepEqual(sinceFlip({ flippedAt: 5 }), { at: 5 })
  assert.deepEqual(sinceFlip({ flippedAt: null }), { at: 0 })
})
