import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { Idempotency } from '#src/protocols/admin/idempotency.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

const body = Buffer.from('{"Alias":"acme"}')
const opened: TemporaryStore[] = []
let full: TemporaryStore
let now: number
let runs: number
beforeEach(async () => {
  full = await temporaryStore({ mailboxes: 0 })
  opened.push(full)
  now = 1_000_000_000_000
  runs = 0
})
after(async () => {
  for (const each of opened) await each.remove()
})

/** As a process has it that has just started. */
const fresh = () => new Idempotency(full.store.administration, () => now)
const work = async () => ({ run: ++runs })

test('the same token with the same body gives the same answer, also while it is worked on', async () => {
  const idempotency = fresh()
  const answers = await Promise.all([
    idempotency.once('a', 't', body, work),
    idempotency.once('a', 't', body, work),
  ])
  assert.deepEqual(
    [...answers, await idempotency.once('a', 't', body, work)],
    [{ run: 1 }, { run: 1 }, { run: 1 }],
  )
})

test('and after a restart', async () => {
  await fresh().once('a', 't', body, work)
  await full.reopen()
  assert.deepEqual(await fresh().once('a', 't', body, work), { run: 1 })
  await assert.rejects(fresh().once('a', 't', Buffer.from('{}'), work), /Use a new one/)
})

test('another caller or operation is another request', async () => {
  const idempotency = fresh()
  assert.deepEqual(
    [await idempotency.once('a', 't', body, work), await idempotency.once('b', 't', body, work)],
    [{ run: 1 }, { run: 2 }],
  )
})

test('the same token with another body is refused, also while the first is worked on', async () => {
  const idempotency = fresh()
  const first = idempotency.once('a', 't', body, work)
  await assert.rejects(idempotency.once('a', 't', Buffer.from('{}'), work), /Use a new one/)
  await first
  await assert.rejects(idempotency.once('a', 't', Buffer.from('{}'), work), /Use a new one/)
  assert.equal(runs, 1)
})

test('a failure is not kept', async () => {
  const idempotency = fresh()
  await assert.rejects(idempotency.once('a', 't', body, async () => Promise.reject(new Error('once'))))
  assert.deepEqual(await idempotency.once('a', 't', body, work), { run: 1 })
})

test('after a day, and after ten thousand others, a token is new again', async () => {
  const idempotency = fresh()
  await idempotency.once('a', 't', body, work)
  now += 86_400_000
  assert.deepEqual(await idempotency.once('a', 't', body, work), { run: 2 })
  now += 1
  const others = Array.from({ length: 10_000 }, (_, count) =>
    idempotency.once('a', `other ${count}`, body, async () => ({})),
  )
  await Promise.all(others)
  assert.deepEqual(await idempotency.once('a', 't', body, work), { run: 3 })
  assert.deepEqual(await idempotency.once('a', 'other 9999', body, work), {})
})
