import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticationTime } from '#src/clients/kerberos/exchanges.ts'

const HOUR_US = 3_600_000_000

test('times rise from one to the next, and follow a clock that was put back', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2027, 0, 4, 10) })
  const times = Array.from({ length: 3_000 }, authenticationTime)
  for (const [at, time] of times.entries()) if (at > 0) assert.ok(time > times[at - 1]!)
  t.mock.timers.setTime(Date.UTC(2027, 0, 4, 9))
  const after = authenticationTime()
  assert.ok(after < times[0]! - HOUR_US / 2, `${after}`)
  assert.ok(authenticationTime() > after)
})
