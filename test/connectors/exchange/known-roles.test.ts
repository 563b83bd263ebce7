import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KnownRoles } from '#connectors/exchange/known-roles.ts'

const WEEK = 7 * 24 * 3_600_000
const told = { roles: new Map([['A', 'inbox']]), hasArchive: true }

test('roles are known while the folders are just those that were listed with them, in any order', () => {
  const known = new KnownRoles(() => 0)
  assert.equal(known.has('ann'), false)
  assert.equal(known.of('ann', ['A', 'B']), undefined)
  known.note('ann', ['A', 'B'], told)
  assert.equal(known.has('ann'), true)
  assert.deepEqual(known.of('ann', ['B', 'A']), told)
  assert.equal(known.of('ann', ['A']), undefined)
  assert.equal(known.of('ann', ['A', 'B', 'C']), undefined)
  assert.equal(known.of('ben', ['A', 'B']), undefined)
  known.note('none', ['A'], { roles: new Map(), hasArchive: false })
  assert.deepEqual(known.of('none', ['A']), { roles: new Map(), hasArchive: false })
  known.forget('ann')
  assert.equal(known.of('ann', ['A', 'B']), undefined)
})

test('roles are asked for anew after a week, and once the clock was set back', () => {
  let now = WEEK
  const known = new KnownRoles(() => now)
  known.note('ann', ['A'], told)
  for (const [at, isKnown] of [
    [2 * WEEK - 1, true],
    [2 * WEEK, false],
    [WEEK - 1, false],
    [WEEK, true],
  ] as const) {
    now = at
    assert.deepEqual([known.has('ann'), known.of('ann', ['A']) !== undefined], [isKnown, isKnown])
  }
})
