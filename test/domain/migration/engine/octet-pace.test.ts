import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BURST_MS, OctetPace } from '#src/domain/migration/engine/octet-pace.ts'

const NOW = Date.UTC(2026, 11, 7, 12)

test('what is read waits for its rate, and a quiet time is good for one burst', () => {
  const pace = new OctetPace()
  pace.spend(1_000_000, NOW)
  assert.equal(pace.readyAt, 0, 'without a limit')
  pace.set(1_000)
  pace.spend(5_000, NOW)
  assert.equal(pace.readyAt, NOW - BURST_MS + 5_000)
  pace.spend(1_000, NOW + 2_000)
  assert.equal(pace.readyAt, NOW - BURST_MS + 6_000)
  pace.spend(1_000, NOW + 3_600_000)
  assert.equal(pace.readyAt, NOW + 3_600_000)
})

test('nobody waits by a rate that is not that rate any more', () => {
  const pace = new OctetPace()
  pace.set(1)
  pace.spend(1_000_000, NOW)
  pace.set(1_000_000)
  assert.ok(pace.readyAt <= NOW + 1_000)
  pace.set(undefined)
  pace.set(1)
  assert.ok(pace.readyAt <= NOW)
})
