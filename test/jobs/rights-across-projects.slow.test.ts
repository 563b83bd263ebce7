/** Rights that one project has deferred are given once the other end comes, however it comes, and taken back as it goes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listDelegates } from '#src/domain/calendar/delegates.ts'
import type { NewEntry } from '#src/domain/directory/entry.ts'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import { registerToWorkMail } from '#src/domain/directory/registration.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { deferredRights, giveToGroups } from '#src/domain/migration/engine/grants/give-grants.ts'
import { cutOverBatch, putBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { addGrants } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { Right } from '#src/domain/migration/right.ts'
import { domainRecord } from '#test/domain/directory/furnished.ts'
import { exchangeUser, type MigrationSite, openSites, projectBeside } from '#test/support/migration-site.ts'
import { back, move } from '#test/support/moved-mailbox.ts'

const start = openSites()

const right = (kind: Right, folder: string | null = null) => ({
  ...{ owner: 'anna@corp.example', grantee: 'ben@corp.example' },
  ...{ right: kind, folder },
})
const three = [right('full-access'), right('delegate'), right('folder-read', 'Inbox')]

/** As the site, with a project of its own that moves Ben, whom the other side has as well. */
async function otherProject(site: MigrationSite): Promise<MigrationSite> {
  const { store, organization } = site
  const ben = await store.transact({ organization }, ({ directory }) =>
    directory.createEntry(organization, exchangeUser('ben')),
  )
  site.entries.set('ben', ben.id)
  site.source.box('ben@corp.example').addFolder('Posteingang', { role: 'inbox', key: 'ben-inbox' })
  return projectBeside(site, { name: 'ben', source: 'old' })
}

const noted = async ({ store, organization, project }: MigrationSite) =>
  (await store.migration.listGrants(organization, project.id, { limit: 10 })).rows
const states = async (site: MigrationSite) => (await noted(site)).map(({ state }) => state).join(' ')

/** What Ben may do with Anna's mailbox, as bits; whether he is her delegate; who has rights on her inbox. */
async function works(site: MigrationSite) {
  const { store, organization } = site
  const [anna, ben] = await Promise.all([site.entry('anna'), site.entry('ben')])
  const rights = await store.directory.ownRights(organization, anna.id, ben.id)
  if (anna.mailbox === null) return { rights, isDelegate: false, folder: 0 }
  const at = { organization, mailbox: anna.mailbox }
  const { delegates } = await listDelegates(store, { owner: anna.id, at })
  const inbox = (await store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const given = await store.directory.listFolderPermissions(organization, at.mailbox, inbox.no)
  return {
    rights,
    isDelegate: delegates.some(({ entry }) => entry.id === ben.id),
    folder: given.filter(({ grantee }) => grantee === ben.id).length,
  }
}

const told = async ({ store, organization, project }: MigrationSite) =>
  (await store.migration.listMigrationEvents(organization, project.id, { before: null, limit: 100 })).rows
    .filter(({ kind }) => kind === 'granted')
    .map(({ sentence }) => sentence)

const nothing = { rights: 0, isDelegate: false, folder: 0 }
// Full access, and sending on behalf as a delegate.
const everything = { rights: 5, isDelegate: true, folder: 1 }

test('the grantee comes with another project: the first one’s rights work, are told as given, and go back with him', async () => {
  const site = await start(['anna'])
  const other = await otherProject(site)
  assert.equal(await addGrants(site.steering(), three), 3)
  site.engine()
  await move(site, 1)
  assert.deepEqual([await states(site), await works(site)], ['waiting waiting waiting', nothing])
  await move(other, 1)
  assert.deepEqual([await states(site), await works(site)], ['applied applied applied', everything])
  for (const { brokenFrom, appliedAt } of await noted(site)) assert.ok(brokenFrom! <= appliedAt!)
  assert.deepEqual(await told(site), [
    'Given again: 3 rights, as the other end came with the project "other".',
  ])
  assert.deepEqual(await told(other), [])

  await back(other)
  assert.equal(await states(site), 'waiting waiting waiting')
  assert.equal((await works(site)).rights, 0)
})

test('the owner comes last: nothing was given before, and all of it is then', async () => {
  const site = await start(['anna'])
  const other = await otherProject(site)
  await addGrants(site.steering(), three)
  site.engine()
  await move(other, 1)
  assert.deepEqual([await states(site), await works(site)], ['waiting waiting waiting', nothing])
  for (const { brokenFrom } of await noted(site)) assert.notEqual(brokenFrom, null, 'he is here, she is not')
  await move(site, 1)
  assert.deepEqual([await states(site), await works(site)], ['applied applied applied', everything])
})

test('noted where the grantee moves, of an owner whom another project moves', async () => {
  const site = await start(['anna'])
  const other = await otherProject(site)
  await addGrants(other.steering(), three)
  site.engine()
  await move(other, 1)
  assert.equal(await states(other), 'waiting waiting waiting')
  await move(site, 1)
  assert.deepEqual([await states(other), await works(site)], ['applied applied applied', everything])
  assert.deepEqual(await told(other), [
    'Given again: 3 rights, as the other end came with the project "move".',
  ])
})

test('on her way back what another project had noted counts as brought over', async () => {
  const site = await start(['anna'])
  const other = await otherProject(site)
  await addGrants(other.steering(), three)
  site.engine()
  await move(other, 1)
  await move(site, 1)
  assert.deepEqual(await works(site), everything)
  const { store, organization } = site
  const ends = { owner: site.entries.get('anna')!, grantee: site.entries.get('ben')! }
  await store.transact({ organization }, ({ directory }) =>
    directory.putPermission(organization, { ...ends, rights: everything.rights | MailboxRight.sendAs }),
  )
  await back(site)
  const { lostThere } = await site.member('anna')
  assert.deepEqual(
    lostThere?.rights.map(({ property, reason }) => `${property}: ${reason}`),
    [
      'Send As: ben@corp.example has it since the move and not on the other side. Give it there, if it is still wanted.',
    ],
  )
})

test('what her source has taken away stays away, whatever another project still plans', async () => {
  const site = await start(['anna'])
  const other = await otherProject(site)
  const { box } = site.inbox('anna')
  const toldRight = { ...right('full-access'), lastUsedDay: null, where: '' }
  box.settled = { ...box.settled, grants: [toldRight] }
  await addGrants(other.steering(), [right('full-access'), right('send-as')])
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  assert.equal(await states(site), 'waiting')
  box.settled = { ...box.settled, grants: [] }
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  assert.equal(await states(site), 'dropped')
  await move(other, 1)
  assert.equal(await states(other), 'dropped applied')
  assert.equal((await works(site)).rights, 2, 'sending as her alone')
})

test('killed within the flip of the other project, he is not here and nothing is given; then both at once, once', async () => {
  const site = await start(['anna'])
  const other = await otherProject(site)
  await addGrants(site.steering(), three)
  site.foreseen.add('The process was ended')
  site.engine()
  await move(site, 1)
  const { transact } = site.store
  let killed = 0
  site.store.transact = (scope, work) =>
    transact(scope, async (writer) => {
      const value = await work(writer)
      const ben = await writer.directory.findEntry(site.organization, { id: site.entries.get('ben')! })
      if (ben?.home !== 'local') return value
      killed++
      if (killed === 1) void site.engines.at(-1)!.stop(AbortSignal.abort())
      throw new Error('The process was ended')
    })
  await other.start()
  await site.until('it is synced', async () => (await other.batch()).state === 'synced')
  await cutOverBatch(other.steering(), 1, { at: null, failing: null })
  await site.until('it is killed', () => killed > 0)
  assert.equal((await site.entry('ben')).home, 'exchange')
  assert.deepEqual([await states(site), await works(site)], ['waiting waiting waiting', nothing])
  assert.deepEqual(await told(site), [])
  site.store.transact = transact
  site.engine()
  const stop = site.clock.leap()
  await site.until('it is done', async () => (await other.batch()).state === 'done')
  stop()
  assert.deepEqual([await states(site), await works(site)], ['applied applied applied', everything])
  assert.equal((await told(site)).length, 1)
})

test('the grantee is enabled here: the rights are given with that, in the same transaction', async () => {
  const site = await start(['anna'])
  const { store, organization, clock } = site
  const fresh = { ...exchangeUser('ben'), role: 'USER', state: 'DISABLED', home: 'local', enabledAt: null }
  const made = await store.transact({ organization }, async ({ directory }) => {
    const domain = domainRecord('corp.example')
    await directory.createDomain(organization, domain, { selector: 's', privateKey: 'k' })
    return directory.createEntry(organization, { ...fresh, addresses: [], target: null } as NewEntry)
  })
  site.entries.set('ben', made.id)
  const byName = three.map((each) => ({ ...each, grantee: 'ben' }))
  // By an address that nobody has yet: whoever gets it later may be somebody new.
  await addGrants(site.steering(), [...byName, right('send-as')])
  site.engine()
  await move(site, 1)
  assert.equal((await works(site)).rights, 0)
  const plan = { quotaBytes: 1_000_000, folders: distinguishedFolders }
  const who = { entry: made.id, email: 'ben@corp.example' }
  await registerToWorkMail(store, organization, who, plan, clock.now(), deferredRights)
  assert.deepEqual(
    [await states(site), await works(site)],
    ['applied applied applied unresolved', everything],
  )
  assert.deepEqual(await told(site), ['Given again: 3 rights, as the other end was enabled here.'])
})

test('the grantee is a group that the address book brings again: what waits for it is given, and what nobody had is not', async () => {
  const site = await start(['anna'])
  const { store, organization, clock } = site
  const group = await store.transact({ organization }, ({ directory }) =>
    directory.createEntry(organization, {
      ...exchangeUser('team'),
      ...{ kind: 'group', state: 'DISABLED', home: 'exchange', target: null },
    } as unknown as NewEntry),
  )
  const toTeam = (kind: Right) => ({ ...right(kind), grantee: 'team@corp.example' })
  await addGrants(site.steering(), [toTeam('full-access'), { ...right('send-as'), grantee: 'nobody' }])
  site.engine()
  await move(site, 1)
  assert.equal(await states(site), 'waiting unresolved')
  const rights = () => store.directory.ownRights(organization, site.entries.get('anna')!, group.id)
  await giveToGroups(store, organization, [group.id], clock.now())
  assert.equal(await rights(), 0, 'it is not back yet')
  await store.transact({ organization }, async ({ directory }) => {
    const there = await directory.getEntry(organization, group.id)
    await directory.saveEntry(organization, { ...there, state: 'ENABLED' } as typeof there)
  })
  await giveToGroups(store, organization, [group.id], clock.now())
  assert.deepEqual([await states(site), await rights()], ['applied unresolved', MailboxRight.fullAccess])
})

test('both come again with another project, after the first one rolled back: what it had noted is given, and goes back with them', async () => {
  const { site, second } = await rolledBackThenBeside()
  assert.deepEqual([await states(site), await works(site)], ['waiting waiting waiting', nothing])
  await move(second, 1)
  assert.deepEqual([await states(site), await works(site)], ['applied applied applied', everything])
  for (const { cause } of await noted(site)) assert.equal(cause, '')
  assert.deepEqual(await told(site), [
    'Given again: 3 rights, as the other end came with the project "other".',
  ])
  await back(second)
  assert.equal(await states(site), 'waiting waiting waiting')
  assert.equal((await works(site)).rights, 0)
})

test('one comes again with another project and one with the first: nothing before, all of it then, whoever is last', async () => {
  for (const last of ['owner', 'grantee']) {
    const [first, then] = last === 'owner' ? ['ben', 'anna'] : ['anna', 'ben']
    const { site, second } = await rolledBackThenBeside([first!])
    await putBatch(site.steering(), { no: 2, name: 'batch 2' })
    await addMembers(site.steering(), [{ address: `${then}@corp.example`, batch: 2, source: 'old' }])
    await move(second, 1)
    assert.equal(await states(site), 'waiting waiting waiting', `the ${last} is not here`)
    assert.equal((await works(site)).rights, 0)
    await move(site, 2)
    assert.deepEqual([await states(site), await works(site)], ['applied applied applied', everything])
  }
})

test('both come again with a new batch of the same project: the rights are given with it', async () => {
  const { site } = await rolledBackThenBeside([])
  await putBatch(site.steering(), { no: 2, name: 'batch 2' })
  await addMembers(
    site.steering(),
    ['anna', 'ben'].map((name) => ({ address: `${name}@corp.example`, batch: 2, source: 'old' })),
  )
  await move(site, 2)
  assert.deepEqual([await states(site), await works(site)], ['applied applied applied', everything])
})

/** Anna and Ben have moved and gone back with the site; `again` are to move with another project, which has no plan. */
async function rolledBackThenBeside(again: readonly string[] = ['anna', 'ben']) {
  const site = await start(['anna', 'ben'])
  await addGrants(site.steering(), three)
  site.engine()
  await move(site, 1)
  assert.deepEqual([await states(site), await works(site)], ['applied applied applied', everything])
  await back(site)
  await site.until('it is back', async () => (await site.batch()).state === 'rolled-back')
  const [name, ...others] = again
  if (name === undefined) return { site, second: site }
  const second = await projectBeside(site, { name, source: 'old' })
  await addMembers(
    second.steering(),
    others.map((each) => ({ address: `${each}@corp.example`, batch: 1, source: 'old' })),
  )
  return { site, second }
}
