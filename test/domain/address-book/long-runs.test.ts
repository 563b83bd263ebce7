import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queryWords, wordsOf } from '#src/domain/address-book/folding.ts'

/** Read once from end to end it is nothing; tried from each of its marks it would take minutes. */
const run = '!'.repeat(400_000)

test('a run of marks within a word costs no more than its length', () => {
  assert.deepEqual(queryWords(`${run}x${run}y${run}`), [[`x${run}y`]])
  assert.deepEqual(wordsOf(`${run}x${run}y${run}`).toSorted(), [`x${run}y`, 'x', 'y'].toSorted())
})
