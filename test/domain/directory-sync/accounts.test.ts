import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { EntryId } from '#src/base/ids.ts'
import { isShown } from '#src/domain/address-book/card.ts'
import { createAlias } from '#src/domain/directory/aliases.ts'
import type { Entry } from '#src/domain/directory/entry.ts'
import { deleteEntry, putEntryAttachment } from '#src/domain/directory/entry-changes.ts'
import { registerToWorkMail } from '#src/domain/directory/registration.ts'
import { resetPassword, updateUser } from '#src/domain/directory/users.ts'
import { explain } from '#src/domain/directory-sync/why.ts'
import type { Refusal } from '#src/domain/refusal.ts'
import { CHEAP, domainRecord, PLAN } from '#test/domain/directory/furnished.ts'
import { groupObject, guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { type Synced, synced } from './synced.ts'

/** As the connector tells of somebody without mailNickname. */
const account = (no: number, name: string, displayName = name) =>
  mailboxObject(no, name, {
    ...{ type: 'account', displayName, proxyAddresses: [], legacyDn: null, hasMailbox: false },
  })

describe('accounts of Active Directory without a mailbox (DIR-01, DIR-02, DIR-03)', () => {
  let world: Synced
  const find = async (no: number): Promise<Entry | undefined> =>
    world.store.directory.findEntry(world.organization, { id: guidOf(no) as EntryId })
  const pick = (no: number, email: string) =>
    registerToWorkMail(
      world.store,
      world.organization,
      { entry: guidOf(no) as EntryId, email },
      PLAN,
      world.clock.now,
    )
  const why = async (text: string) =>
    (await explain(world.store, world.organization, text))[0]!.sentences.join(' ')

  before(async () => {
    world = await synced()
    await world.store.organizations.changeSettings(world.organization, { interoperability: false })
    await world.store.transact({ organization: world.organization }, ({ directory }) =>
      directory.createDomain(world.organization, domainRecord('corp.example'), {
        selector: 'lb-1',
        privateKey: 'secret',
      }),
    )
    world.directory.put(account(1, 'anna', 'Anna Ash'), account(2, 'bert'), account(3, 'carl'))
    assert.deepEqual((await world.sync()).decisions, { account: 3 })
  })
  after(() => world.temporary.remove())

  it('are listed among the users, disabled, and are in no address book', async () => {
    const anna = (await find(1))!
    assert.equal(anna.kind, 'user')
    assert.equal(anna.state, 'DISABLED')
    assert.equal(anna.home, 'local')
    assert.equal(anna.displayName, 'Anna Ash')
    assert.deepEqual(anna.addresses, [])
    assert.equal(isShown(anna), false)
    assert.match(await why('anna'), /account without a mailbox.*user enable/)
    assert.equal((await world.store.directorySync.findSync(world.organization))?.objects, 0)
    assert.equal((await world.sync({ full: true })).outcome, 'unchanged')
  })

  it('get a mailbox here when they are picked; what is shown of them goes on coming from the directory', async () => {
    const picked = await pick(1, 'anna@corp.example')
    assert.equal(picked.state, 'ENABLED')
    assert.ok(picked.mailbox)
    assert.ok(isShown(picked))
    assert.match(await why('anna@corp.example'), /in the address book\. Its mailbox is here/)
    world.directory.change(guidOf(1), { displayName: 'Anna Baum', details: { department: 'Sales' } })
    assert.deepEqual((await world.sync()).decisions, { local: 1 })
    const after = (await find(1))!
    assert.equal(after.displayName, 'Anna Baum')
    assert.equal(after.details.department, 'Sales')
    assert.equal(after.mailbox, picked.mailbox)
    assert.deepEqual(after.addresses, picked.addresses)
    assert.equal((await world.sync({ full: true })).outcome, 'unchanged')
  })

  it('are edited in the directory and nowhere else; their addresses are ours', async () => {
    const { store, organization, clock } = world
    const id = guidOf(1) as EntryId
    const photo = { type: 'image/jpeg', octets: Buffer.from('ffd8ffe000104a464946', 'hex') }
    for (const edit of [
      () => updateUser(store, organization, id, { displayName: 'Somebody' }),
      () => resetPassword({ store, passwords: CHEAP }, organization, id, 'Long-enough-4711', clock.now),
      () => putEntryAttachment(store, organization, id, 'photo', photo),
      () => deleteEntry(store, organization, guidOf(2) as EntryId, clock.now),
    ])
      await assert.rejects(edit, ({ reason, message }: Refusal) => {
        assert.equal(reason, 'not-supported')
        assert.match(message, /account of Active Directory\. Change it there/)
        return true
      })
    const { addresses } = await createAlias(store, organization, id, 'anna.baum@corp.example')
    assert.equal(addresses.length, 2)
    await world.sync({ full: true })
    assert.equal((await find(1))?.addresses.length, 2)
  })

  it('go with the account as long as nobody picked them; a mailbox here stays', async () => {
    const mailbox = (await find(1))!.mailbox
    world.directory.remove(guidOf(1))
    world.directory.remove(guidOf(2))
    assert.deepEqual((await world.sync()).decisions, { account: 1, unlink: 1 })
    assert.equal((await find(1))?.mailbox, mailbox)
    assert.equal((await find(1))?.state, 'ENABLED')
    assert.equal((await find(2))?.state, 'DELETED')
    world.directory.put(account(2, 'bert'))
    await world.sync()
    assert.equal((await find(2))?.state, 'DISABLED')
  })

  it('have their mailbox again when they come back under their key', async () => {
    const before = (await find(1))!
    assert.equal(before.source, undefined)
    world.directory.put(account(1, 'anna', 'Anna Ash'))
    assert.deepEqual((await world.sync()).decisions, { local: 1 })
    const anna = (await find(1))!
    assert.equal(anna.source?.guid, guidOf(1))
    assert.equal(anna.mailbox, before.mailbox)
    assert.deepEqual(anna.addresses, before.addresses)
    assert.match(await why('anna'), /^It is in the address book\. Its mailbox is here[^.]*\.$/)
    assert.equal((await world.sync({ full: true })).outcome, 'unchanged')
  })

  it('become entries of Exchange when they get a mailbox there, and accounts again when they lose it', async () => {
    const { store, organization, directory } = world
    await store.organizations.changeSettings(organization, { interoperability: true })
    directory.put(mailboxObject(3, 'carl'), groupObject(9, 'all', [guidOf(2), guidOf(3)]))
    assert.deepEqual((await world.sync()).decisions, { change: 1, create: 1 })
    const carl = (await find(3))!
    assert.equal(carl.home, 'exchange')
    assert.equal(carl.state, 'ENABLED')
    assert.equal((await store.directorySync.findSync(organization))?.state.counts.user, 1)
    directory.put(account(3, 'carl'))
    await world.sync()
    const again = (await find(3))!
    assert.equal(again.home, 'local')
    assert.equal(again.state, 'DISABLED')
    assert.deepEqual(again.addresses, [])
    assert.equal((await store.directorySync.findSync(organization))?.state.counts.user, 0)
    assert.equal((await pick(3, 'carl@corp.example')).state, 'ENABLED')
  })

  it('take nothing from anybody when the mailbox they get there cannot come into the address book', async () => {
    const { store, organization, directory } = world
    const [oldest, older] = [{ madeAt: '20100101000000.0Z' }, { madeAt: '20150101000000.0Z' }]
    directory.put(account(5, 'eva'), mailboxObject(6, 'first', oldest), mailboxObject(7, 'last'))
    await world.sync()
    const { user } = (await store.directorySync.findSync(organization))!.state.counts
    directory.put(
      mailboxObject(5, 'eva', {
        ...older,
        proxyAddresses: ['SMTP:first@corp.example', 'smtp:both@corp.example'],
      }),
      mailboxObject(7, 'last', {
        proxyAddresses: ['SMTP:last@corp.example', 'smtp:both@corp.example'],
      }),
    )
    await world.sync()
    const owner = await store.directory.findEntry(organization, { address: 'both@corp.example' })
    assert.equal(owner?.source?.guid, guidOf(7))
    assert.equal((await find(5))?.state, 'DELETED')
    assert.equal((await store.directorySync.findSync(organization))?.state.counts.user, user)
  })
})
