import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inOrder } from '#src/platform/dns/srv-order.ts'

test('who has the lowest priority is asked first, whatever it weighs (RFC 2782)', () => {
  const records = [
    { priority: 10, weight: 65_535, port: 88, target: 'far.corp.example' },
    { priority: 0, weight: 0, port: 88, target: 'near.corp.example' },
    { priority: 5, weight: 100, port: 88, target: 'next.corp.example' },
  ]
  assert.deepEqual(
    inOrder(records).map(({ target }) => target),
    ['near.corp.example', 'next.corp.example', 'far.corp.example'],
  )
})
