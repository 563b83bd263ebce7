import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inFull } from '#src/base/in-full.ts'

test('words of a system become a sentence, and a sentence stays one', () => {
  for (const [given, full] of [
    ['connect ECONNREFUSED 127.0.0.1:18302', 'connect ECONNREFUSED 127.0.0.1:18302.'],
    ['It is away.', 'It is away.'],
    ['Is it "away?"', 'Is it "away?"'],
    ['It is away.  ', 'It is away.'],
    ['', ''],
  ])
    assert.equal(inFull(given!), full)
})
