import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultRetryPolicy, isLate, nextAttemptAt, type Postponed } from '#src/domain/delivery/retry.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const waiting = (more: Partial<Postponed> = {}): Postponed => ({
  attempts: 0,
  cause: 'refused',
  queuedAt: 0,
  delayReported: false,
  now: 0,
  ...more,
})
const middle = () => 0.5

test('the steps grow, and go on at the last', () => {
  const minutes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 50].map(
    (attempts) =>
      nextAttemptAt(waiting({ attempts, delayReported: true }), defaultRetryPolicy, middle)! / MINUTE,
  )
  assert.deepEqual(minutes, [1, 3, 8, 15, 30, 60, 120, 240, 240, 240])
  assert.equal(nextAttemptAt(waiting({ cause: 'unreachable' }), defaultRetryPolicy, middle), 2 * MINUTE)
})

test('chance moves an attempt by a fifth at most', () => {
  const at = (random: number) => nextAttemptAt(waiting(), defaultRetryPolicy, () => random)!
  assert.equal(at(0), 0.8 * MINUTE)
  assert.ok(at(0.999) < 1.2 * MINUTE && at(0.999) > 1.19 * MINUTE)
})

test('an attempt is made when the report of the delay falls due, and the last one when the time is up', () => {
  const late = waiting({ attempts: 7, now: 3 * HOUR })
  assert.equal(nextAttemptAt(late, defaultRetryPolicy, middle), 4 * HOUR)
  assert.equal(nextAttemptAt({ ...late, delayReported: true }, defaultRetryPolicy, middle), 7 * HOUR)
  const old = waiting({ attempts: 20, now: 47 * HOUR, delayReported: true })
  assert.equal(nextAttemptAt(old, defaultRetryPolicy, middle), 48 * HOUR)
  assert.equal(nextAttemptAt({ ...old, now: 48 * HOUR }, defaultRetryPolicy, middle), null)
})

test('a sender hears of a delay once, not before the time', () => {
  assert.equal(isLate(waiting({ now: 4 * HOUR - 1 }), defaultRetryPolicy), false)
  assert.equal(isLate(waiting({ now: 4 * HOUR }), defaultRetryPolicy), true)
  assert.equal(isLate(waiting({ now: 9 * HOUR, delayReported: true }), defaultRetryPolicy), false)
})

test('what waits for TLS is reported within a quarter of an hour, or earlier where every delay is', () => {
  const insecure = (more: Partial<Postponed>) => waiting({ cause: 'insecure', ...more })
  assert.equal(isLate(insecure({ now: 15 * MINUTE - 1 }), defaultRetryPolicy), false)
  assert.equal(isLate(insecure({ now: 15 * MINUTE }), defaultRetryPolicy), true)
  const third = insecure({ attempts: 2, now: 7 * MINUTE })
  assert.equal(nextAttemptAt(third, defaultRetryPolicy, middle), 15 * MINUTE)
  const soon = { ...defaultRetryPolicy, delayReportMs: 5 * MINUTE }
  assert.equal(isLate(insecure({ now: 5 * MINUTE }), soon), true)
})

test('every message comes to an end', () => {
  let [now, attempts, delayReported] = [0, 0, false]
  for (;;) {
    const at = waiting({ attempts, now, delayReported })
    delayReported ||= isLate(at, defaultRetryPolicy)
    const next = nextAttemptAt(at, defaultRetryPolicy, Math.random)
    if (next === null) break
    assert.ok(next > now)
    now = next
    attempts++
  }
  assert.equal(now, 48 * HOUR)
  assert.ok(attempts > 10 && attempts < 40, `${attempts} attempts`)
})
