import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { Operations } from '#src/protocols/admin/operations.ts'

const operations = () => new Operations(Date.now, (_error, id) => `failed ${id}`)
const check = { name: 'CheckStore', organization: null }
const until = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

test('an operation tells how far it is, and its result', async () => {
  const all = operations()
  const { promise, resolve } = Promise.withResolvers<void>()
  const id = all.start(check, async (report) => {
    report({ what: 'Counting', done: 1, total: 2 })
    await promise
    return { Items: 2 }
  })
  assert.deepEqual(all.describe(id, null).Progress, { What: 'Counting', Done: 1, Total: 2 })
  assert.equal(all.describe(id, null).State, 'RUNNING')
  resolve()
  await setImmediate()
  assert.equal(all.describe(id, null).State, 'COMPLETED')
  assert.deepEqual(all.describe(id, null).Result, { Items: 2 })
})

test('it can be cancelled, and the same work does not run twice at once', async () => {
  const all = operations()
  const id = all.start(check, (_report, signal) => until(signal))
  assert.throws(() => all.start(check, async () => ({})), /running already/)
  all.cancel(id, null)
  await setImmediate()
  assert.equal(all.describe(id, null).State, 'CANCELLED')
  all.start(check, async () => ({}))
})

test('a refusal is told in its own words, anything else by a reference', async () => {
  const all = operations()
  const refused = all.start(check, async () => Promise.reject(new Refusal('damaged', 'It is damaged.')))
  await setImmediate()
  const failed = all.start(check, async () => Promise.reject(new Error('stack and all')))
  await setImmediate()
  assert.equal(all.describe(refused, null).ErrorMessage, 'It is damaged.')
  assert.equal(all.describe(failed, null).ErrorMessage, `failed ${failed}`)
})

test('an operation of one organisation is not there for another', () => {
  const all = operations()
  const one = 'm-1' as OrganizationId
  const id = all.start({ name: 'RotateOrganizationKey', organization: one }, async () => ({}))
  assert.equal(all.describe(id, one).OperationId, id)
  assert.throws(() => all.describe(id, 'm-2' as OrganizationId), /There is no operation/)
  assert.throws(() => all.cancel(id, 'm-2' as OrganizationId), /There is no operation/)
})

test('stopping cancels everything and waits for it', async () => {
  const all = operations()
  const id = all.start(check, (_report, signal) => until(signal))
  await all.stop()
  assert.equal(all.describe(id, null).State, 'CANCELLED')
})
