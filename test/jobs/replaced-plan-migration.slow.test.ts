/** Rights that only a plan knows are given no more, or taken away, once another plan without them takes its place. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import { type ReplaceOrder, replaceGrants } from '#src/domain/migration/engine/flip/replace-grants.ts'
import { putBatch, startBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { addGrants, createProject, putSource } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { Right } from '#src/domain/migration/right.ts'
import { exchangeUser, type MigrationSite, oldExchange, openSites } from '#test/support/migration-site.ts'
import { back, move } from '#test/support/moved-mailbox.ts'

const start = openSites()
const owner = 'anna@corp.example'
const grant = (right: Right, grantee = 'ben@corp.example') => ({ grantee, right, folder: null })
const planned = (...grants: ReturnType<typeof grant>[]) => grants.map((each) => ({ ...each, owner }))

const asked = (site: MigrationSite, grants: ReturnType<typeof grant>[], order: Partial<ReplaceOrder> = {}) =>
  replaceGrants(site.steering(), [{ owner, grants }], { ...{ moved: false, dryRun: false }, ...order })

const replace = async (
  site: MigrationSite,
  grants: ReturnType<typeof grant>[],
  order: Partial<ReplaceOrder> = {},
) => {
  const { added, replaced } = await asked(site, grants, order)
  return { added, told: replaced.map(({ right, taken, why }) => `${right}: ${taken ? 'taken' : why}`) }
}

const states = async ({ store, organization, project }: MigrationSite) =>
  (await store.migration.listGrants(organization, project.id, { limit: 20 })).rows.map(
    ({ right, state }) => `${right} ${state}`,
  )

const rightsOf = async ({ store, organization, entries }: MigrationSite) =>
  store.directory.ownRights(organization, entries.get('anna')!, entries.get('ben')!)

test('what waits and is in the plan no more is not given; what it has anew is', async () => {
  const site = await start(['anna', 'ben'])
  await addGrants(site.steering(), planned(grant('full-access'), grant('send-as'), grant('delegate')))
  const before = await states(site)
  const asked = await replace(site, [grant('send-as')], { dryRun: true })
  assert.deepEqual(asked, { added: 0, told: ['full-access: taken'] })
  assert.deepEqual(await states(site), before, 'nothing is written for who only asks')
  assert.deepEqual(await replace(site, [grant('send-as')]), asked)
  // Who is a delegate the source tells itself.
  const after = ['full-access dropped', 'send-as waiting', 'delegate waiting']
  assert.deepEqual(await states(site), after)
  assert.deepEqual(await replace(site, [grant('send-as')]), { added: 0, told: [] })
  assert.deepEqual(await replace(site, [grant('send-as', 'BEN@corp.example'), grant('full-access')]), {
    ...{ added: 1, told: [] },
  })
  assert.deepEqual(await states(site), ['full-access waiting', ...after.slice(1)], 'in its old row')
  await replace(site, [grant('send-as')])
  site.engine()
  await move(site, 1)
  assert.equal(await rightsOf(site), MailboxRight.sendAs | MailboxRight.sendOnBehalf)
})

for (const tells of [false, true])
  test(`delegates and rights on folders of a source that tells ${tells ? 'them are its own to say' : 'none are the plan’s'}`, async () => {
    const site = await start(['anna', 'ben', 'carl'], { batches: 3 })
    const { box } = site.inbox('anna')
    if (tells)
      box.settled = {
        ...box.settled,
        untoldFolders: ['anna-inbox'],
        delegates: { named: [], delivery: null },
      }
    const editor = { ...grant('calendar-edit'), folder: 'calendar' }
    const reader = { ...grant('folder-read', 'carl@corp.example'), folder: 'inbox' }
    await addGrants(site.steering(), [
      ...planned(grant('send-on-behalf')),
      ...[editor, reader].map((each) => ({ ...each, owner })),
    ])
    const { store, organization, project } = site
    const known = async () =>
      (await store.migration.listGrants(organization, project.id, { limit: 20 })).rows
        .map(({ right, state }) => `${right} ${state === 'dropped' ? 'dropped' : 'waits'}`)
        .sort()
    const all = ['calendar-edit waits', 'folder-read waits', 'send-on-behalf waits']
    site.engine()
    await startBatch(site.steering(), 1)
    await site.until('it is copied', async () => (await site.batch(1)).state === 'synced')
    const before = await known()
    await replaceGrants(site.steering(), [{ owner, grants: [reader] }], { moved: false, dryRun: false })
    assert.deepEqual(
      await known(),
      tells ? before : ['calendar-edit dropped', 'folder-read waits', 'send-on-behalf dropped'],
    )
    if (tells) return
    await replaceGrants(site.steering(), [{ owner, grants: [reader, editor, grant('send-on-behalf')] }], {
      ...{ moved: false, dryRun: false },
    })
    assert.deepEqual(await known(), all)
  })

test('what was given goes where that is asked for, and what somebody here gave never does', async () => {
  const site = await start(['anna', 'ben'])
  const { store, organization, entries } = site
  await addGrants(site.steering(), planned(grant('full-access'), grant('send-as')))
  await store.transact({ organization }, ({ directory }) =>
    directory.putPermission(organization, {
      ...{ owner: entries.get('anna')!, grantee: entries.get('ben')! },
      rights: MailboxRight.sendAs,
    }),
  )
  site.engine()
  await move(site, 1)
  const both = MailboxRight.sendAs | MailboxRight.fullAccess
  assert.equal(await rightsOf(site), both)
  const before = 'send-as: Somebody here had given it before.'
  const late = 'The mailbox has moved, and what the other side exports since says nothing of it.'
  assert.deepEqual((await replace(site, [])).told, [`full-access: ${late}`, `send-as: ${late}`])
  assert.equal(await rightsOf(site), both)
  assert.deepEqual((await replace(site, [], { moved: true })).told, ['full-access: taken', before])
  assert.equal(await rightsOf(site), MailboxRight.sendAs)
  assert.deepEqual(await states(site), ['full-access dropped', 'send-as applied'])
  await back(site)
  assert.equal(await rightsOf(site), MailboxRight.sendAs, 'on the way back neither')
  const { rows } = await store.migration.listMigrationEvents(organization, site.project.id, { limit: 99 })
  assert.deepEqual(
    rows.filter(({ kind }) => kind === 'replaced').map(({ sentence }) => sentence),
    ['Another plan took the place of the one before: 1 right that had been given was taken away.'],
  )
})

test('what waits for who comes later stays with a mailbox that has moved', async () => {
  const site = await start(['anna', 'ben'], { batches: 2 })
  await addGrants(site.steering(), planned(grant('full-access'), grant('send-as')))
  site.engine()
  await move(site, 1)
  await replace(site, [grant('send-as')])
  assert.deepEqual(await states(site), ['full-access waiting', 'send-as waiting'])
  assert.deepEqual((await replace(site, [grant('send-as')], { moved: true })).told, ['full-access: taken'])
  await move(site, 2)
  assert.equal(await rightsOf(site), MailboxRight.sendAs)
})

test('what a plan has anew of a mailbox that has moved is given at once where that is asked for, else nothing is noted', async () => {
  const site = await start(['anna', 'ben'])
  await addGrants(site.steering(), planned(grant('send-as')))
  site.engine()
  await move(site, 1)
  const both = [grant('send-as'), grant('full-access')]
  assert.deepEqual(await replace(site, both), { added: 0, told: [] })
  assert.deepEqual(await states(site), ['send-as applied'])
  assert.equal((await asked(site, both)).left, 1)
  assert.equal((await asked(site, [grant('send-as')])).left, 0, 'nothing is left to do')
  assert.equal((await asked(site, [])).left, 1)
  assert.equal((await asked(site, both, { moved: true, dryRun: true })).left, 0)
  const nobody = grant('full-access', 'zoe@corp.example')
  assert.deepEqual(await replace(site, [...both, nobody], { moved: true }), { added: 2, told: [] })
  assert.deepEqual(await states(site), [
    ...['send-as applied', 'full-access applied', 'full-access unresolved'],
  ])
  assert.equal(await rightsOf(site), MailboxRight.sendAs | MailboxRight.fullAccess)
})

test('a right of both plans stays where its grantee has another address there than here', async () => {
  const site = await start(['anna'])
  const { store, organization, entries, source, project } = site
  await store.transact({ organization }, async ({ directory }) => {
    entries.set('ben', (await directory.createEntry(organization, exchangeUser('ben'))).id)
  })
  source.box('ben@old.example').addFolder('Inbox', { role: 'inbox', key: 'ben-inbox' })
  const ben = { address: 'ben@old.example', batch: 1, source: 'old', entry: entries.get('ben')! }
  await addMembers(site.steering(), [ben])
  const old = (right: Right) => grant(right, 'Ben@old.example')
  const other = await createProject(
    store,
    organization,
    { name: 'other', settings: {}, by: 'ed' },
    site.clock.now(),
  )
  const elsewhere = { ...site.steering(), project: other.id }
  await putBatch(elsewhere, { no: 1, name: 'batch 1' })
  await putSource(elsewhere, { config: oldExchange, secret: 'password' })
  await addMembers(elsewhere, [{ ...ben, address: 'ben@other.example' }])
  await addGrants(site.steering(), planned(old('full-access'), old('send-as')))
  assert.deepEqual(await replace(site, [old('full-access'), old('send-as')]), { added: 0, told: [] })
  site.engine()
  await move(site, 1)
  const both = MailboxRight.sendAs | MailboxRight.fullAccess
  assert.equal(await rightsOf(site), both)
  for (const moved of [false, true])
    assert.deepEqual(await replace(site, [old('full-access'), old('send-as')], { moved }), {
      ...{ added: 0, told: [] },
    })
  await addGrants(elsewhere, planned(grant('send-as', 'ben@other.example')))
  assert.deepEqual(await replace(site, [old('full-access')], { moved: true }), {
    ...{ added: 0, told: ['send-as: The project "other" plans it too.'] },
  })
  assert.equal(await rightsOf(site), both)
  const { rows } = await store.migration.listGrants(organization, project.id, { limit: 9 })
  assert.deepEqual(
    rows.map(({ grantee, state }) => `${grantee} ${state}`),
    ['ben@corp.example applied', 'ben@corp.example applied'],
  )
})

test('what another project plans too stays', async () => {
  const site = await start(['anna', 'ben'])
  const { store, organization, clock } = site
  const other = await createProject(
    store,
    organization,
    { name: 'other', settings: {}, by: 'ed' },
    clock.now(),
  )
  await addGrants(site.steering(), planned(grant('full-access')))
  await addGrants({ ...site.steering(), project: other.id }, planned(grant('full-access')))
  site.engine()
  await move(site, 1)
  assert.deepEqual((await replace(site, [], { moved: true })).told, [
    'full-access: The project "other" plans it too.',
  ])
  assert.equal(await rightsOf(site), MailboxRight.fullAccess)
})

test('a right that its source tells is none that only a plan knows', async () => {
  const site = await start(['anna', 'ben'])
  const { box } = site.inbox('anna')
  const told = { ...grant('full-access'), owner, lastUsedDay: null, where: '' }
  box.settled = { ...box.settled, grants: [told] }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  assert.deepEqual(await replace(site, []), { added: 0, told: [] })
  assert.deepEqual(await states(site), ['full-access waiting'])
  const elsewhere = [{ owner: 'zoe@corp.example', grants: [grant('full-access')] }]
  const order = { moved: true, dryRun: false }
  assert.deepEqual(await replaceGrants(site.steering(), elsewhere, order), {
    ...{ added: 0, left: 0, replaced: [] },
  })
})
