import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Idempotency } from '#src/protocols/admin/idempotency.ts'

const body = Buffer.from('{"Alias":"acme"}')

test('the same token with the same body gives the same answer, also while it is worked on', async () => {
  const idempotency = new Idempotency<number>(() => 0)
  let runs = 0
  const work = async () => ++runs
  const answers = await Promise.all([
    idempotency.once('a', 't', body, work),
    idempotency.once('a', 't', body, work),
  ])
  assert.deepEqual([...answers, await idempotency.once('a', 't', body, work)], [1, 1, 1])
})

test('another caller or operation is another request', async () => {
  const idempotency = new Idempotency<number>(() => 0)
  let runs = 0
  const work = async () => ++runs
  assert.deepEqual(
    [await idempotency.once('a', 't', body, work), await idempotency.once('b', 't', body, work)],
    [1, 2],
  )
})

test('the same token with another body is refused', async () => {
  const idempotency = new Idempotency<number>(() => 0)
  await idempotency.once('a', 't', body, async () => 1)
  assert.throws(() => idempotency.once('a', 't', Buffer.from('{}'), async () => 2), /Use a new one/)
})

test('a failure is not kept', async () => {
  const idempotency = new Idempotency<number>(() => 0)
  await assert.rejects(idempotency.once('a', 't', body, async () => Promise.reject(new Error('once'))))
  assert.equal(await idempotency.once('a', 't', body, async () => 2), 2)
})

test('after a day, and after ten thousand others, a token is new again', async () => {
  let now = 0
  const idempotency = new Idempotency<number>(() => now)
  let runs = 0
  const work = async () => ++runs
  await idempotency.once('a', 't', body, work)
  now = 86_400_000
  assert.equal(await idempotency.once('a', 't', body, work), 2)
  for (let count = 0; count < 10_000; count++)
    await idempotency.once('a', `other ${count}`, body, async () => 0)
  assert.equal(await idempotency.once('a', 't', body, work), 3)
})
