import assert from 'node:assert/strict'
import { test } from 'node:test'
import { weightOf } from '#src/domain/migration/right.ts'
import { neverWorse } from '#src/domain/migration/what-if.ts'

test('a grant weighs what its right is worth, less when unused or through a group', () => {
  const today = 20_000
  const cases: [weight: number, ...Parameters<typeof weightOf>][] = [
    [1_000, 'delegate', { today, lastUsedDay: today - 90 }, null],
    [700, 'delegate', { today, lastUsedDay: null }, null],
    [560, 'full-access', { today, lastUsedDay: today - 91 }, null],
    [160, 'full-access', { today, lastUsedDay: today - 180 }, null],
    [300, 'send-as', { today, lastUsedDay: today }, 4],
    [30, 'send-as', { today, lastUsedDay: today }, 400],
    [30, 'send-as', { today, lastUsedDay: today }, 5_000],
    [0, 'availability', { today, lastUsedDay: today }, null],
  ]
  for (const [weight, ...grant] of cases) assert.equal(weightOf(...grant), weight, JSON.stringify(grant))
})

test('a larger cap is never said to do worse than a smaller one; the plan itself is as it is', () => {
  const point = (cap: number, brokenDays: number, exact = false) => ({
    cap,
    exact,
    brokenDays,
    batches: 9,
    cutPairs: 1,
    lastDay: 1,
    asAtCap: null,
  })
  const shown = neverWorse(
    [point(10, 50), point(20, 70), point(25, 60, true), point(27, 60, true), point(30, 40)],
    25,
  )
  assert.deepEqual(
    shown.map(({ cap, brokenDays, asAtCap }) => [cap, brokenDays, asAtCap]),
    [
      [10, 50, null],
      [20, 50, 10],
      [25, 60, null],
      [27, 50, 10],
      [30, 40, null],
    ],
  )
})
