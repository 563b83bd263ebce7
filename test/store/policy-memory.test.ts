import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeptPolicy } from '#src/domain/delivery/policy-memory.ts'
import { openSqlite } from '#src/store/driver/sqlite.ts'
import { databaseFile } from '#src/store/layout.ts'
import { policyMemory } from '#src/store/policy-memory.ts'
import { openTestStore, temporaryStore } from '#test/support/store.ts'

const kept = (no: number, expiresAt = 1_000): KeptPolicy => ({
  sealed: Buffer.of(no),
  keptAt: no,
  expiresAt,
})

test('a policy is there after a restart, replaced by a later one, and gone when its time is over', async (t) => {
  const { store, folder, remove } = await temporaryStore({ mailboxes: 0 })
  t.after(remove)
  await store.policies.keep('a', kept(1, 500))
  await store.policies.keep('b', kept(2))
  await store.close()
  const again = (await openTestStore(folder)).store
  assert.deepEqual(await again.policies.find('a', 499), kept(1, 500))
  assert.equal(await again.policies.find('a', 500), undefined)
  assert.equal(await again.policies.find('c', 0), undefined)
  await again.policies.keep('b', kept(3, 2_000))
  assert.deepEqual(await again.policies.find('b', 0), kept(3, 2_000))
  await again.policies.keep('c', kept(600, 2_000))
  assert.equal(await again.policies.find('a', 0), undefined)
  await again.close()
})

test('of more than are remembered the oldest go', async (t) => {
  const { store, folder, remove } = await temporaryStore({ mailboxes: 0 })
  t.after(remove)
  await store.close()
  const driver = await openSqlite(databaseFile(folder), assert.fail)
  const policies = policyMemory(driver, 3)
  for (const no of [5, 1, 4, 2, 3]) await policies.keep(`p${no}`, kept(no))
  const found = await Promise.all([1, 2, 3, 4, 5].map((no) => policies.find(`p${no}`, 0)))
  assert.deepEqual(
    found.map((each) => each?.keptAt),
    [undefined, undefined, 3, 4, 5],
  )
  await driver.close()
})
