import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireResourceName, requireUserName } from '#src/domain/directory/names.ts'
import {
  associateDelegate,
  createResource,
  disassociateDelegate,
  updateResource,
} from '#src/domain/directory/resources.ts'
import { addUser, furnished, NOW, PLAN } from './furnished.ts'

test('a resource is enabled at once where it is asked for (DIR-17), with an id of its own kind (DIR-25)', async () => {
  const { store, org, mailboxes } = await furnished()
  const room = await createResource(
    store,
    org,
    { name: 'room-1', type: 'ROOM', description: 'By the lift' },
    NOW,
    {
      email: 'room-1@example.com',
      plan: PLAN,
    },
  )
  assert.match(room.id, /^r-[0-9a-f]{32}$/)
  assert.deepEqual([room.state, mailboxes.has(room.mailbox!)], ['ENABLED', true])
  const van = await createResource(store, org, { name: 'van', type: 'EQUIPMENT' }, NOW)
  assert.equal(van.state, 'DISABLED')
  const bad = { name: 'x', type: 'CAR' as 'ROOM' }
  await assert.rejects(createResource(store, org, bad, NOW), { reason: 'invalid-parameter' })
  await assert.rejects(createResource(store, org, { name: 'VAN', type: 'ROOM' }, NOW), {
    reason: 'name-taken',
  })
})

test('what is not accepted by itself needs a delegate (DIR-18)', async () => {
  const { store, org } = await furnished()
  const room = await createResource(store, org, { name: 'room', type: 'ROOM' }, NOW)
  const ann = await addUser(store, org, 'ann')
  const accept = (autoAcceptRequests: boolean) =>
    updateResource(store, org, room.id, { bookingOptions: { autoAcceptRequests } })
  await assert.rejects(accept(false), { reason: 'invalid-configuration' })
  const pair = { resource: room.id, delegate: ann.id }
  await associateDelegate(store, org, pair)
  assert.deepEqual((await accept(false)).bookingOptions, {
    autoAcceptRequests: false,
    autoDeclineRecurringRequests: false,
    autoDeclineConflictingRequests: true,
  })
  await assert.rejects(disassociateDelegate(store, org, pair), { reason: 'invalid-configuration' })
  assert.equal((await store.directory.listDelegates(org, room.id, { limit: 10 })).rows[0]?.id, ann.id)
  await accept(true)
  await disassociateDelegate(store, org, pair)
  assert.deepEqual((await store.directory.listDelegates(org, room.id, { limit: 10 })).rows, [])
})

test('names of users and resources (DIR-11, DIR-17)', () => {
  for (const name of ['ann', 'Ann_B.c-9', 'ann@corp.example', 'a'.repeat(64)])
    assert.equal(requireUserName(name), name)
  for (const name of ['', 'a b', 'a+b', 'ann@', 'ann@corp', 'a/b', 'ä', 'a'.repeat(65), 'ann\n']) {
    assert.throws(() => requireUserName(name), { reason: 'invalid-parameter' }, name)
  }
  assert.throws(() => requireUserName('-rf'), { reason: 'invalid-parameter', message: /begins with "-"/ })
  assert.throws(() => requireUserName('amazonjournaling@corp.example'), { reason: 'reserved-name' })
  assert.equal(requireResourceName('r'.repeat(20)).length, 20)
  assert.throws(() => requireResourceName('r'.repeat(21)), { reason: 'invalid-parameter' })
})
