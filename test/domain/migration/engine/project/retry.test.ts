/** How long is waited after a failure (migration.md 4.3): full jitter under an exponential bound, and a hint wins. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitAfter } from '#src/domain/migration/engine/project/retry.ts'

const none = { backOffMs: null }

test('any time up to a bound that doubles, at most five minutes', () => {
  const bounds = Array.from({ length: 12 }, (_, attempt) => waitAfter(none, attempt, () => 1 - 2 ** -53))
  assert.deepEqual(bounds, [
    ...[1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000],
    ...[300_000, 300_000, 300_000],
  ])
  for (const attempt of [0, 5, 11]) {
    assert.equal(
      waitAfter(none, attempt, () => 0),
      0,
    )
    assert.equal(
      waitAfter(none, attempt, () => 0.25),
      bounds[attempt]! / 4,
    )
  }
})

test('a hint is obeyed exactly, whatever the attempt', () => {
  for (const backOffMs of [0, 1, 299_961, 3_600_000])
    for (const attempt of [0, 9]) assert.equal(waitAfter({ backOffMs }, attempt, Math.random), backOffMs)
})
