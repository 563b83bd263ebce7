import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createAlias,
  deleteAlias,
  replaceProxyAddresses,
  updatePrimaryEmailAddress,
} from '#src/domain/directory/aliases.ts'
import { createContact, updateContact } from '#src/domain/directory/contacts.ts'
import { primaryAddress } from '#src/domain/directory/entry.ts'
import { putEntryAttachment } from '#src/domain/directory/entry-changes.ts'
import { findNamed, resolveRecipient } from '#src/domain/directory/recipient.ts'
import { deregisterFromWorkMail } from '#src/domain/directory/registration.ts'
import { updateUser } from '#src/domain/directory/users.ts'
import { addDomain, addUser, furnished, NOW } from './furnished.ts'

test('the primary address and an alias change places (DIR-04)', async () => {
  const { store, org } = await furnished()
  const ann = await addUser(store, org, 'ann')
  await createAlias(store, org, ann.id, 'Ann.Smith@example.com')
  const swapped = await updatePrimaryEmailAddress(store, org, ann.id, 'ann.smith@example.com')
  assert.deepEqual(swapped.addresses, [
    { kind: 'primary', address: 'ann.smith@example.com' },
    { kind: 'alias', address: 'ann@example.com' },
  ])
  await updatePrimaryEmailAddress(store, org, ann.id, 'anna@example.com')
  for (const address of ['ann@example.com', 'ann.smith@example.com', 'anna@example.com']) {
    assert.equal((await resolveRecipient(store.directory, org, address))?.entry.id, ann.id)
  }
  await assert.rejects(deleteAlias(store, org, ann.id, 'anna@example.com'), { reason: 'wrong-state' })
  await deleteAlias(store, org, ann.id, 'ANN@example.com')
  assert.equal(await resolveRecipient(store.directory, org, 'ann@example.com'), undefined)
})

test('an alias is in a verified domain, nobody else has it, and there are 100 at most (LIM-12)', async () => {
  const { store, org } = await furnished()
  const [ann, bob] = [await addUser(store, org, 'ann'), await addUser(store, org, 'bob')]
  await addDomain(store, org, 'pending.example', { ownership: 'PENDING' })
  const add = (alias: string) => createAlias(store, org, ann.id, alias)
  await assert.rejects(add('bob@example.com'), { reason: 'address-in-use' })
  await assert.rejects(add('ann@example.com'), { reason: 'address-in-use' })
  await assert.rejects(add('ann@pending.example'), { reason: 'domain-not-verified' })
  await assert.rejects(add('ann@other.example'), { reason: 'no-such-domain' })
  await assert.rejects(add(`${'a'.repeat(65)}@example.com`), { reason: 'invalid-parameter' })
  for (let n = 0; n < 100; n++) await add(`ann${n}@example.com`)
  await assert.rejects(add('ann100@example.com'), { reason: 'limit-exceeded' })
  await assert.rejects(updatePrimaryEmailAddress(store, org, ann.id, 'ann100@example.com'), {
    reason: 'limit-exceeded',
  })
  assert.equal(await resolveRecipient(store.directory, org, 'ann100@example.com'), undefined)
  await deregisterFromWorkMail(store, org, bob.id, NOW)
  await assert.rejects(createAlias(store, org, bob.id, 'rob@example.com'), { reason: 'wrong-state' })
})

test('subaddresses: the whole address wins, then the part before the first plus (CLT-11)', async () => {
  const { store, org } = await furnished()
  const [ann, bob] = [await addUser(store, org, 'ann'), await addUser(store, org, 'bob')]
  await createAlias(store, org, bob.id, 'ann+bob@example.com')
  const who = async (address: string) => {
    const found = await resolveRecipient(store.directory, org, address)
    return found && [found.entry.name, found.detail]
  }
  assert.deepEqual(await who('ann+shop@example.com'), ['ann', 'shop'])
  assert.deepEqual(await who('Ann+a+b@example.com'), ['ann', 'a+b'])
  assert.deepEqual(await who('ann+@example.com'), ['ann', ''])
  assert.deepEqual(await who('ANN+BOB@example.com'), ['bob', null])
  assert.equal(await who('+ann@example.com'), undefined)
  assert.equal(await who('ann@other.example'), undefined)
  await deregisterFromWorkMail(store, org, bob.id, NOW)
  assert.equal(await who('ann+bob@example.com'), undefined, 'mail for a disabled user is nobody else’s')
  assert.ok(ann)
})

test('X500 and SIP addresses live beside mail addresses', async () => {
  const { store, org } = await furnished()
  const ann = await addUser(store, org, 'ann')
  const name = '/o=Corp/ou=First/cn=Recipients/cn=ann'
  await replaceProxyAddresses(store, org, ann.id, 'x500', [`X500:${name}`, name.toUpperCase()])
  await replaceProxyAddresses(store, org, ann.id, 'sip', ['sip:ann@example.com'])
  const entry = await store.directory.getEntry(org, ann.id)
  assert.equal(entry.addresses.length, 3)
  assert.equal(primaryAddress(entry), 'ann@example.com')
  assert.equal((await store.directory.findEntry(org, { x500: name.toLowerCase() }))?.id, ann.id)
  await replaceProxyAddresses(store, org, ann.id, 'x500', [])
  assert.equal(await store.directory.findEntry(org, { x500: name }), undefined)
  assert.equal((await store.directory.findEntry(org, { sip: 'ann@example.com' }))?.id, ann.id)
  await assert.rejects(replaceProxyAddresses(store, org, ann.id, 'x500', ['cn=ann']), {
    reason: 'invalid-parameter',
  })
})

test('a contact is somebody elsewhere', async () => {
  const { store, org } = await furnished()
  const addresses = ["o'neil@Partner.test", 'neil@partner.test', 'NEIL@partner.test']
  const contact = await createContact(
    store,
    org,
    { name: 'O’Neil', addresses, details: { company: 'Partner' } },
    NOW,
  )
  assert.deepEqual([contact.state, contact.home, contact.addresses.length], ['ENABLED', 'external', 2])
  assert.equal((await resolveRecipient(store.directory, org, "O'NEIL@partner.test"))?.entry.id, contact.id)
  const changed = await updateContact(store, org, contact.id, {
    addresses: ['new@partner.test'],
    details: { company: null },
  })
  assert.deepEqual(
    [changed.addresses, changed.details],
    [[{ kind: 'primary', address: 'new@partner.test' }], {}],
  )
  assert.equal(await resolveRecipient(store.directory, org, 'neil@partner.test'), undefined)
  await assert.rejects(createContact(store, org, { name: 'x', addresses: ['x y@z'] }, NOW), {
    reason: 'invalid-parameter',
  })
})

test('details keep what the address book knows and nothing else', async () => {
  const { store, org } = await furnished()
  const ann = await addUser(store, org, 'ann')
  const change = (details: object) => updateUser(store, org, ann.id, { details })
  const user = await change({
    department: 'Sales',
    otherTelephones: ['1', '2'],
    customAttributes: { 15: 'x' },
    city: '',
  })
  assert.deepEqual(user.details, {
    department: 'Sales',
    otherTelephones: ['1', '2'],
    customAttributes: { 15: 'x' },
  })
  assert.deepEqual((await change({ department: null })).details, {
    otherTelephones: ['1', '2'],
    customAttributes: { 15: 'x' },
  })
  const bad = [
    { salary: '1' },
    { city: 'x'.repeat(257) },
    { city: 'a\u0000b' },
    { customAttributes: { 16: 'x' } },
    JSON.parse('{"__proto__":"x"}'),
    { otherTelephones: 'x' },
  ]
  for (const details of bad)
    await assert.rejects(change(details), { reason: 'invalid-parameter' }, JSON.stringify(details))
})

test('a photo is kept beside the entry, which notes it', async () => {
  const { store, org } = await furnished()
  const ann = await addUser(store, org, 'ann')
  const photo = { type: 'image/jpeg', octets: Buffer.alloc(100, 7) }
  const entry = await putEntryAttachment(store, org, ann.id, 'photo', photo)
  assert.deepEqual(
    [entry.photo?.sizeBytes, entry.photo?.type, entry.photo?.digest.length],
    [100, 'image/jpeg', 64],
  )
  assert.deepEqual(
    Buffer.from((await store.directory.findAttachment(org, ann.id, 'photo'))!.octets),
    photo.octets,
  )
  await assert.rejects(
    putEntryAttachment(store, org, ann.id, 'photo', { ...photo, octets: Buffer.alloc(200_000) }),
    { reason: 'too-large' },
  )
  await assert.rejects(putEntryAttachment(store, org, ann.id, 'photo', { ...photo, type: 'text/html' }), {
    reason: 'invalid-parameter',
  })
  assert.equal((await putEntryAttachment(store, org, ann.id, 'photo', null)).photo, null)
  assert.equal(await store.directory.findAttachment(org, ann.id, 'photo'), undefined)
})

test('an entry is found by id, address or name (API-09)', async () => {
  const { store, org, other } = await furnished()
  const ann = await addUser(store, org, 'ann')
  for (const text of [ann.id, 'ANN@example.com', 'ann']) {
    assert.equal((await findNamed(store.directory, org, text, 'user'))?.id, ann.id)
    assert.equal(await findNamed(store.directory, org, text, 'group'), undefined)
    assert.equal(await findNamed(store.directory, other, text, 'user'), undefined)
  }
})
