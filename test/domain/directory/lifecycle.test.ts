import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OrganizationId } from '#src/base/ids.ts'
import { primaryAddress } from '#src/domain/directory/entry.ts'
import { deleteEntry } from '#src/domain/directory/entry-changes.ts'
import { DAY_MS } from '#src/domain/directory/limits.ts'
import { chooseRoutingDomain } from '#src/domain/directory/mail-domains.ts'
import { purgeExpired } from '#src/domain/directory/purge.ts'
import { resolveRecipient } from '#src/domain/directory/recipient.ts'
import { deregisterFromWorkMail, registerToWorkMail } from '#src/domain/directory/registration.ts'
import { createUser } from '#src/domain/directory/users.ts'
import { addDomain, addUser, CHEAP, furnished, NOW, PLAN } from './furnished.ts'

const GRACE = 30 * DAY_MS

test('enabling makes a mailbox once, and twice with the same address is once (DIR-05)', async () => {
  const { store, org, mailboxes } = await furnished()
  const ann = await addUser(store, org, 'ann')
  assert.equal(ann.state, 'ENABLED')
  assert.deepEqual([...mailboxes], [ann.mailbox])
  const again = await registerToWorkMail(
    store,
    org,
    { entry: ann.id, email: 'Ann@Example.com' },
    PLAN,
    NOW + 1,
  )
  assert.deepEqual(again, await store.directory.getEntry(org, ann.id))
  assert.equal(again.mailbox, ann.mailbox)
  await assert.rejects(
    registerToWorkMail(store, org, { entry: ann.id, email: 'anna@example.com' }, PLAN, NOW),
    {
      reason: 'already-registered',
    },
  )
  assert.equal(mailboxes.size, 1)
})

test('disabling blocks at once; enabling within 30 days gives the same mailbox and addresses back (DIR-06)', async () => {
  const { store, org, mailboxes } = await furnished()
  const ann = await addUser(store, org, 'ann')
  const disabled = await deregisterFromWorkMail(store, org, ann.id, NOW)
  assert.equal(disabled.state, 'DISABLED')
  assert.equal(await resolveRecipient(store.directory, org, 'ann@example.com'), undefined)
  await assert.rejects(deregisterFromWorkMail(store, org, ann.id, NOW), { reason: 'wrong-state' })
  assert.deepEqual(await purgeExpired(store, NOW + GRACE - 1, 10), { purged: 0, held: [], next: null })

  const bob = await createUser({ store, passwords: CHEAP }, org, { name: 'bob', displayName: 'Bob' }, NOW)
  await assert.rejects(
    registerToWorkMail(store, org, { entry: bob.id, email: 'ann@example.com' }, PLAN, NOW),
    {
      reason: 'address-in-use',
    },
  )

  const back = await registerToWorkMail(
    store,
    org,
    { entry: ann.id, email: 'anna@example.com' },
    PLAN,
    NOW + GRACE - 1,
  )
  assert.equal(back.mailbox, ann.mailbox)
  assert.equal(primaryAddress(back), 'anna@example.com')
  assert.equal((await resolveRecipient(store.directory, org, 'ann@example.com'))?.entry.id, ann.id)
  assert.deepEqual(await purgeExpired(store, NOW + 10 * GRACE, 10), { purged: 0, held: [], next: null })
  assert.equal(mailboxes.size, 1)
})

test('after 30 days the mailbox of a disabled user is destroyed, and enabling makes a new one', async () => {
  const { store, org, mailboxes } = await furnished()
  const ann = await addUser(store, org, 'ann')
  await store.transact({ organization: org }, ({ directory }) =>
    directory.putFolderPermission(org, ann.mailbox!, 1 as never, 'default', 1),
  )
  await deregisterFromWorkMail(store, org, ann.id, NOW)
  assert.equal((await purgeExpired(store, NOW + GRACE, 10)).purged, 1)
  assert.equal(mailboxes.size, 0)
  const left = await store.directory.getEntry(org, ann.id)
  assert.deepEqual([left.state, left.mailbox, left.addresses], ['DISABLED', null, []])
  assert.deepEqual(await store.directory.listFolderPermissions(org, ann.mailbox!, 1 as never), [])
  const back = await registerToWorkMail(
    store,
    org,
    { entry: ann.id, email: 'ann@example.com' },
    PLAN,
    NOW + GRACE,
  )
  assert.notEqual(back.mailbox, ann.mailbox)
  assert.equal(mailboxes.size, 1)
})

test('deleting wants a disabled entry, frees name and address at once and the mailbox after 30 days (DIR-07)', async () => {
  const { store, org, mailboxes } = await furnished()
  const ann = await addUser(store, org, 'ann')
  await assert.rejects(deleteEntry(store, org, ann.id, NOW), { reason: 'wrong-state' })
  await deregisterFromWorkMail(store, org, ann.id, NOW)
  await deleteEntry(store, org, ann.id, NOW + DAY_MS)
  await assert.rejects(
    registerToWorkMail(store, org, { entry: ann.id, email: 'ann@example.com' }, PLAN, NOW),
    {
      reason: 'wrong-state',
    },
  )
  assert.equal(await store.directory.findCredential(org, ann.id), undefined)
  const other = await addUser(store, org, 'ann')
  assert.notEqual(other.id, ann.id)
  assert.equal((await purgeExpired(store, NOW + GRACE, 10)).purged, 0)
  const version = await store.directory.directoryVersion(org)
  assert.equal((await purgeExpired(store, NOW + DAY_MS + GRACE, 10)).purged, 1)
  assert.deepEqual([...mailboxes], [other.mailbox])
  await assert.rejects(store.directory.getEntry(org, ann.id), { reason: 'no-such-entry' })
  const { rows } = await store.directory.directoryChanges(org, { since: version, limit: 10 })
  assert.deepEqual(
    rows.map((row) => (row.kind === 'gone' ? row.id : row.entry.id)),
    [ann.id],
  )
})

test('an organisation whose key is out of reach does not hold up the others', async () => {
  const locked = new Set<OrganizationId>()
  const { store, org, other, mailboxes } = await furnished(locked)
  const ann = await addUser(store, org, 'ann')
  const bob = await addUser(store, other, 'bob', 'other.example')
  await deregisterFromWorkMail(store, org, ann.id, NOW)
  await deregisterFromWorkMail(store, other, bob.id, NOW + 1)
  locked.add(org)
  const first = await purgeExpired(store, NOW + 2 * GRACE, 1)
  assert.equal(first.purged, 0)
  assert.deepEqual(first.held, [{ expired: first.next, reason: 'key-unavailable' }])
  const second = await purgeExpired(store, NOW + 2 * GRACE, 1, first.next)
  assert.equal(second.purged, 1)
  assert.deepEqual([...mailboxes], [ann.mailbox])
})

test('an address needs a domain of the organisation that is verified (DOM-08)', async () => {
  const { store, org } = await furnished()
  await addDomain(store, org, 'pending.example', { ownership: 'PENDING' })
  const ann = await createUser({ store, passwords: CHEAP }, org, { name: 'ann', displayName: 'Ann' }, NOW)
  const enable = (email: string) => registerToWorkMail(store, org, { entry: ann.id, email }, PLAN, NOW)
  await assert.rejects(enable('ann@pending.example'), { reason: 'domain-not-verified' })
  await assert.rejects(enable('ann@other.example'), { reason: 'no-such-domain' })
  await assert.rejects(enable('amazonjournaling@example.com'), { reason: 'reserved-name' })
  await assert.rejects(enable('ann smith@example.com'), { reason: 'invalid-parameter' })
  assert.equal((await store.directory.getEntry(org, ann.id)).state, 'DISABLED')
})

test('a remote user is in the address book without a mailbox (DIR-12)', async () => {
  const { store, org, mailboxes } = await furnished()
  const make = (user: object) =>
    createUser({ store, passwords: CHEAP }, org, { name: 'rem', displayName: 'Rem', ...user }, NOW)
  await assert.rejects(make({ role: 'RESOURCE' }), { reason: 'invalid-parameter' })
  await assert.rejects(make({ role: 'REMOTE_USER', password: 'Long-enough-1' }), {
    reason: 'invalid-parameter',
  })
  const remote = await make({ role: 'REMOTE_USER' })
  const enabled = await registerToWorkMail(
    store,
    org,
    { entry: remote.id, email: 'rem@example.com' },
    PLAN,
    NOW,
  )
  assert.deepEqual([enabled.home, enabled.mailbox, mailboxes.size], ['exchange', null, 0])
})

test('a local mailbox gets an address in the routing domain, another when that one is taken', async () => {
  const { store, org } = await furnished()
  await addDomain(store, org, 'lb.example.com', { use: 'routing' })
  await addDomain(store, org, 'example.net')
  await chooseRoutingDomain(store, org, 'lb.example.com')
  await addUser(store, org, 'ann')
  const twin = await createUser({ store, passwords: CHEAP }, org, { name: 'ann2', displayName: 'Ann' }, NOW)
  await registerToWorkMail(store, org, { entry: twin.id, email: 'ann@example.net' }, PLAN, NOW)
  const found = await resolveRecipient(store.directory, org, 'ANN@lb.example.com')
  assert.equal(found?.entry.name, 'ann')
  const own = (await store.directory.getEntry(org, twin.id)).addresses.find(({ kind }) => kind === 'routing')!
  assert.equal((await resolveRecipient(store.directory, org, own.address))?.entry.id, twin.id)
})
