import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EntryId, newEntryId } from '#src/base/ids.ts'
import { createContact } from '#src/domain/directory/contacts.ts'
import { associateMember, createGroup, disassociateMember } from '#src/domain/directory/groups.ts'
import { LIMITS } from '#src/domain/directory/limits.ts'
import { registerToWorkMail } from '#src/domain/directory/registration.ts'
import { addUser, type Furnished, furnished, NOW, nobody, PLAN } from './furnished.ts'

async function addGroup({ store, org }: Furnished, name: string): Promise<EntryId> {
  const { id } = await createGroup(store, org, { name }, NOW)
  await registerToWorkMail(store, org, { entry: id, email: `${name}@example.com` }, PLAN, NOW)
  return id
}

async function memberNames({ store, org }: Furnished, group: EntryId): Promise<string[]> {
  const { rows } = await store.directory.listMembers(org, group, { after: null, limit: 100 })
  return rows.map(({ name }) => name).sort()
}

test('a group has no mailbox, and a member is in it once (DIR-14)', async () => {
  const all = await furnished()
  const { store, org, mailboxes } = all
  const [outer, inner] = [await addGroup(all, 'everybody'), await addGroup(all, 'left')]
  assert.equal(mailboxes.size, 0)
  const [ann, bob] = [await addUser(store, org, 'ann'), await addUser(store, org, 'bob')]
  const out = await createContact(store, org, { name: 'out', addresses: ['out@partner.test'] }, NOW)
  const add = (group: EntryId, ...members: EntryId[]) =>
    Promise.all(members.map((member) => associateMember(store, org, { group, member })))
  await add(outer, inner, ann.id, ann.id)
  await add(inner, ann.id, bob.id, out.id)
  assert.deepEqual(await memberNames(all, outer), ['ann', 'left'])
  assert.deepEqual(await memberNames(all, inner), ['ann', 'bob', 'out'])
  await disassociateMember(store, org, { group: outer, member: ann.id })
  assert.deepEqual(await memberNames(all, outer), ['left'])
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
  ] as const) {
    await assert.rejects(associateMember(store, org, { group, member }), { reason: 'group-cycle' })
  }
  await assert.rejects(associateMember(store, org, { group: a, member: a }), {
    reason: 'group-cycle',
    message: /cannot be a member of itself/,
  })
  await associateMember(store, org, { group: a, member: c })
  // As a directory source may bring it.
  await store.transact({ organization: org }, ({ directory }) => directory.addMember(org, c, a))
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

test('a group that can be reached through too many others takes no more groups, and users all the same', async () => {
  const all = await furnished()
  const { org } = all
  const [into, added] = [await addGroup(all, 'into'), await addGroup(all, 'added')]
  const ann = await addUser(all.store, org, 'ann')
  let above = LIMITS.groupsAbove
  const store: typeof all.store = {
    ...all.store,
    transact: (scope, work) =>
      all.store.transact(scope, (writer) => {
        const listPrincipals = async (_: unknown, __: unknown, { limit }: { limit: number }) =>
          Array.from({ length: Math.min(above, limit) }, () => newEntryId())
        return work({ ...writer, directory: { ...writer.directory, listPrincipals } })
      }),
  }
  await associateMember(store, org, { group: into, member: added })
  await disassociateMember(store, org, { group: into, member: added })
  above++
  await assert.rejects(associateMember(store, org, { group: into, member: added }), {
    reason: 'limit-exceeded',
  })
  await associateMember(store, org, { group: into, member: ann.id })
  assert.deepEqual(await memberNames(all, into), ['ann'])
})
