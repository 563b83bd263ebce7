import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntryId } from '#src/base/ids.ts'
import { createContact } from '#src/domain/directory/contacts.ts'
import { expandGroup } from '#src/domain/directory/group-expansion.ts'
import { associateMember, createGroup, disassociateMember } from '#src/domain/directory/groups.ts'
import { deregisterFromWorkMail, registerToWorkMail } from '#src/domain/directory/registration.ts'
import { addUser, type Furnished, furnished, NOW, nobody, PLAN } from './furnished.ts'

async function addGroup({ store, org }: Furnished, name: string): Promise<EntryId> {
  const { id } = await createGroup(store, org, { name }, NOW)
  await registerToWorkMail(store, org, { entry: id, email: `${name}@example.com` }, PLAN, NOW)
  return id
}

async function expanded({ store, org }: Furnished, group: EntryId, limits = {}): Promise<string[]> {
  const names = []
  for await (const entry of expandGroup(store.directory, org, group, limits)) names.push(entry.name)
  return names.sort()
}

test('a group has no mailbox, and its members come once however they are nested (DIR-14)', async () => {
  const all = await furnished()
  const { store, org, mailboxes } = all
  const [all_, left, right] = [
    await addGroup(all, 'everybody'),
    await addGroup(all, 'left'),
    await addGroup(all, 'right'),
  ]
  assert.equal(mailboxes.size, 0)
  const [ann, bob, eve] = [
    await addUser(store, org, 'ann'),
    await addUser(store, org, 'bob'),
    await addUser(store, org, 'eve'),
  ]
  const out = await createContact(store, org, { name: 'out', addresses: ['out@partner.test'] }, NOW)
  const add = (group: EntryId, ...members: EntryId[]) =>
    Promise.all(members.map((member) => associateMember(store, org, { group, member })))
  await add(all_, left, right, ann.id)
  await add(left, ann.id, bob.id, out.id)
  await add(right, bob.id, eve.id, eve.id)
  assert.deepEqual(await expanded(all, all_), ['ann', 'bob', 'eve', 'out'])
  await deregisterFromWorkMail(store, org, eve.id, NOW)
  assert.deepEqual(await expanded(all, all_), ['ann', 'bob', 'out'], 'disabled members get nothing')
  await deregisterFromWorkMail(store, org, left, NOW)
  assert.deepEqual(await expanded(all, all_), ['ann', 'bob'], 'a disabled group is as if it were not there')
  await disassociateMember(store, org, { group: all_, member: ann.id })
  assert.deepEqual(await expanded(all, all_), ['bob'])
})

test('cycles are refused, and those that are there all the same do no harm', async () => {
  const all = await furnished()
  const { store, org } = all
  const [a, b, c] = [await addGroup(all, 'a'), await addGroup(all, 'b'), await addGroup(all, 'c')]
  const ann = await addUser(store, org, 'ann')
  await associateMember(store, org, { group: a, member: b })
  await associateMember(store, org, { group: b, member: c })
  await associateMember(store, org, { group: c, member: ann.id })
  for (const [group, member] of [
    [c, a],
    [b, a],
    [c, b],
    [a, a],
  ] as const) {
    await assert.rejects(associateMember(store, org, { group, member }), { reason: 'group-cycle' })
  }
  await associateMember(store, org, { group: a, member: c })
  // As a directory source may bring it.
  await store.transact({ organization: org }, ({ directory }) => directory.addMember(org, c, a))
  for (const group of [a, b, c]) assert.deepEqual(await expanded(all, group), ['ann'])
  const principals = await store.directory.listPrincipals(org, ann.id, { enabledOnly: true, limit: 100 })
  assert.deepEqual([...principals].sort(), [ann.id, a, b, c].sort())
})

test('a cycle through a disabled group is one too', async () => {
  const all = await furnished()
  const { store, org } = all
  const [a, b] = [await addGroup(all, 'a'), await createGroup(store, org, { name: 'b' }, NOW)]
  await associateMember(store, org, { group: a, member: b.id })
  await assert.rejects(associateMember(store, org, { group: b.id, member: a }), { reason: 'group-cycle' })
})

test('too many members or levels are refused, more than a page of members is not', async () => {
  const all = await furnished()
  const { store, org } = all
  const big = await addGroup(all, 'big')
  for (let n = 0; n < 205; n++) {
    const { id } = await createContact(store, org, { name: `c${n}`, addresses: [`c${n}@partner.test`] }, NOW)
    await associateMember(store, org, { group: big, member: id })
  }
  assert.equal((await expanded(all, big)).length, 205)
  assert.equal((await expanded(all, big, { members: 205 })).length, 205)
  await assert.rejects(expanded(all, big, { members: 204 }), { reason: 'limit-exceeded' })
  const [outer, middle] = [await addGroup(all, 'outer'), await addGroup(all, 'middle')]
  await associateMember(store, org, { group: outer, member: middle })
  await associateMember(store, org, { group: middle, member: big })
  assert.equal((await expanded(all, outer, { depth: 3 })).length, 205)
  await assert.rejects(expanded(all, outer, { depth: 2 }), { reason: 'limit-exceeded' })
})

test('members and groups that are not there', async () => {
  const all = await furnished()
  const { store, org } = all
  const group = await addGroup(all, 'a')
  const ann = await addUser(store, org, 'ann')
  await assert.rejects(associateMember(store, org, { group, member: nobody() }), { reason: 'no-such-entry' })
  await assert.rejects(associateMember(store, org, { group: ann.id, member: group }), {
    reason: 'no-such-entry',
  })
  await assert.rejects(createGroup(store, org, { name: 'AmazonJournaling' }, NOW), {
    reason: 'reserved-name',
  })
  await assert.rejects(createGroup(store, org, { name: '日本' }, NOW), { reason: 'invalid-parameter' })
})
