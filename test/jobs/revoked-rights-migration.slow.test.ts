/** Rights that the source tells otherwise, or no more, between the first copy and the cut-over. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newMailboxId } from '#src/base/ids.ts'
import { listDelegates } from '#src/domain/calendar/delegates.ts'
import { rightsOfProfile } from '#src/domain/directory/folder-permission.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { cutOverBatch, putBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers, removeMember } from '#src/domain/migration/engine/steer/steer-members.ts'
import { addGrants } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { Right } from '#src/domain/migration/right.ts'
import type { SourceSettings } from '#src/domain/migration/source.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'
import { back, isBack, move, placeOf } from '#test/support/moved-mailbox.ts'

const start = openSites()

const tells = (site: MigrationSite, change: Partial<SourceSettings>) => {
  const { box } = site.inbox('anna')
  box.settled = { ...box.settled, untoldFolders: [], ...change }
}
const onInbox = (grantee: string, role: 'Editor' | 'Reviewer') => ({
  ...{ folder: 'anna-inbox', grantee: `${grantee}@corp.example`, role, rights: null },
})
const found = (grantee: string, right: Right) => ({
  ...{ owner: 'anna@corp.example', grantee: `${grantee}@corp.example`, right, folder: null },
  ...{ lastUsedDay: null, where: '' },
})
const named = (...grantees: string[]) => ({
  named: grantees.map((grantee) => ({
    ...{ grantee: `${grantee}@corp.example`, receiveCopies: true, viewPrivate: false },
  })),
  delivery: null,
})
const noted = async (site: MigrationSite) => {
  const { rows } = await site.store.migration.listGrants(site.organization, site.project.id, { limit: 50 })
  return rows.map(({ grantee, right, state }) => `${grantee.split('@')[0]} ${right} ${state}`)
}
const rightsOn = async (site: MigrationSite, grantee: string) => {
  const [anna, other] = [await site.entry('anna'), await site.entry(grantee)]
  return site.store.directory.mailboxRights(site.organization, anna.id, other.id)
}
/** What they may do in her inbox here. */
const inInbox = async (site: MigrationSite, grantee: string) => {
  const at = await placeOf(site)
  const inbox = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const all = await site.store.directory.listFolderPermissions(at.organization, at.mailbox, inbox.no)
  const { id } = await site.entry(grantee)
  return all.find((each) => each.grantee === id)?.rights ?? 0
}
const delegatesOf = async (site: MigrationSite) => {
  const mailbox = { owner: (await site.entry('anna')).id, at: await placeOf(site) }
  return (await listDelegates(site.store, mailbox)).delegates.map(({ entry }) => entry.name)
}

/** They have their homes here before anything is copied, as where mailboxes of an IMAP server come over. */
async function atHome(site: MigrationSite): Promise<void> {
  const { organization, store } = site
  for (const name of site.entries.keys()) {
    const entry = await site.entry(name)
    const mailbox = newMailboxId()
    await store.transact({ organization, newMailboxes: [mailbox] }, async ({ mailboxes, directory }) => {
      await mailboxes.createMailbox(
        { organization, mailbox },
        { quotaBytes: 2 ** 30, folders: distinguishedFolders },
      )
      const here = { role: 'USER', home: 'local', target: null, mailbox } as const
      await directory.saveEntry(organization, { ...entry, ...here } as typeof entry)
    })
  }
}

test('whose home was here from the start gives with the own move what the source says then, not before', async () => {
  const site = await start(['anna', 'ben'], { batches: 2, settings: { deltaEveryMinutes: 60 } })
  await atHome(site)
  tells(site, { folderGrants: [onInbox('ben', 'Editor')], grants: [found('ben', 'full-access')] })
  site.engine()
  await site.start(1)
  await site.until('she is copied', async () => (await site.batch(1)).state === 'synced')
  await move(site, 2)
  assert.deepEqual(await noted(site), ['ben full-access waiting', 'ben folder-edit waiting'])
  assert.deepEqual([await rightsOn(site, 'ben'), await inInbox(site, 'ben')], [0, 0])
  tells(site, { folderGrants: [onInbox('ben', 'Reviewer')], grants: [] })
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('she has moved', async () => (await site.batch(1)).state === 'done')
  assert.deepEqual(await noted(site), ['ben full-access dropped', 'ben folder-read applied'])
  assert.deepEqual(
    [await rightsOn(site, 'ben'), await inInbox(site, 'ben')],
    [0, rightsOfProfile('Reviewer')],
  )
})

test('what the source told before and tells no more is not given: delegates, who sends on behalf, who has it all', async () => {
  const site = await start(['anna', 'ben', 'carl', 'dora', 'emil'])
  const all = [found('ben', 'delegate'), found('carl', 'send-on-behalf'), found('dora', 'full-access')]
  tells(site, { grants: all, delegates: named('ben', 'carl') })
  await addGrants(site.steering(), [
    found('ben', 'send-on-behalf'),
    found('emil', 'delegate'),
    found('emil', 'send-on-behalf'),
    found('emil', 'send-as'),
  ])
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  tells(site, { grants: [], delegates: named() })
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  assert.deepEqual((await noted(site)).sort(), [
    'ben delegate dropped',
    'ben send-on-behalf dropped',
    'carl send-on-behalf dropped',
    'dora full-access dropped',
    // The source was asked who are delegates; of these two it tells nothing.
    'emil delegate dropped',
    'emil send-as applied',
    'emil send-on-behalf applied',
  ])
  assert.deepEqual(await delegatesOf(site), [])
  assert.equal(await rightsOn(site, 'ben'), 0)
})

test('delegates that the source cannot tell for once are given as it told them last', async () => {
  const site = await start(['anna', 'ben'])
  tells(site, { grants: [found('ben', 'delegate')], delegates: named('ben') })
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const { delegates: _, ...untold } = site.inbox('anna').box.settled
  site.inbox('anna').box.settled = { ...untold, grants: [] }
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  assert.deepEqual(await noted(site), ['ben delegate applied'])
})

test('a right on a folder that only the plan has is not given where the source tells that folder without it', async () => {
  const site = await start(['anna', 'ben', 'carl'])
  site.inbox('anna').box.addFolder('Kalender', { role: 'calendar', class: 'event', key: 'anna-calendar' })
  await addGrants(site.steering(), [
    { ...found('ben', 'folder-edit'), folder: 'Posteingang' },
    { ...found('carl', 'calendar-edit'), folder: null },
    { ...found('carl', 'folder-read'), folder: 'Gone' },
  ])
  tells(site, { untoldFolders: ['anna-calendar'] })
  site.engine()
  await move(site, 1)
  assert.deepEqual(await noted(site), [
    'ben folder-edit dropped',
    'carl calendar-edit applied',
    'carl folder-read unresolved',
  ])
})

const extra = (...grantees: string[]) =>
  grantees.map((grantee) => ({ ...onInbox(grantee, 'Editor'), folder: 'anna-extra' }))

test('rights on a folder that is not there any more are not given, and not told by its key', async () => {
  const site = await start(['anna', 'ben'])
  const { box } = site.inbox('anna')
  box.addFolder('Extra', { key: 'anna-extra' })
  tells(site, { folderGrants: [...extra('ben'), { ...onInbox('ben', 'Editor'), folder: 'never-seen' }] })
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  assert.deepEqual(await noted(site), ['ben folder-edit waiting', 'ben folder-edit waiting'])
  box.removeFolder('anna-extra')
  tells(site, { folderGrants: [] })
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  assert.deepEqual(await noted(site), ['ben folder-edit dropped', 'ben folder-edit dropped'])
})

test('rights on folders that the source does not open for once are given as it told them last', async () => {
  const site = await start(['anna', 'ben'])
  const { box } = site.inbox('anna')
  box.addFolder('Extra', { key: 'anna-extra' })
  tells(site, { folderGrants: extra('ben') })
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  box.removeFolder('anna-extra')
  box.lacksFolders = true
  tells(site, { folderGrants: [] })
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  assert.deepEqual(await noted(site), ['ben folder-edit applied'])
})

test('what is taken away at the source after a way back is gone from the mailbox with the next move', async () => {
  const site = await start(['anna', 'ben', 'carl'], { batches: 1 })
  tells(site, {
    folderGrants: [onInbox('ben', 'Editor'), onInbox('carl', 'Reviewer')],
    grants: [found('ben', 'delegate')],
    delegates: named('ben'),
  })
  site.engine()
  await move(site, 1)
  assert.deepEqual(await delegatesOf(site), ['ben'])
  assert.equal(await inInbox(site, 'ben'), rightsOfProfile('Editor'))
  await back(site)
  await site.until('it is back', isBack(site))
  tells(site, { folderGrants: [onInbox('carl', 'Editor')], grants: [], delegates: named() })
  await putBatch(site.steering(), { no: 2, name: 'again' })
  await addMembers(
    site.steering(),
    ['anna', 'ben', 'carl'].map((name) => ({ address: `${name}@corp.example`, batch: 2, source: 'old' })),
  )
  await move(site, 2)
  assert.deepEqual((await noted(site)).sort(), [
    'ben delegate dropped',
    'ben folder-edit dropped',
    'carl folder-edit applied',
  ])
  assert.deepEqual(await delegatesOf(site), [])
  assert.equal(await rightsOn(site, 'ben'), 0)
  assert.deepEqual([await inInbox(site, 'ben'), await inInbox(site, 'carl')], [0, rightsOfProfile('Editor')])
})

test('who is taken out and added again within a day has the settings read anew with the first delta', async () => {
  const site = await start(['anna', 'ben'], { settings: { deltaEveryMinutes: 60 } })
  const { box } = site.inbox('anna')
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  await removeMember(site.steering(), 'anna@corp.example')
  tells(site, { grants: [found('ben', 'full-access')] })
  await putBatch(site.steering(), { no: 2, name: 'again' })
  await addMembers(site.steering(), [{ address: box.address, batch: 2, source: 'old' }])
  await site.start(2)
  await site.until('it is synced again', async () => (await site.batch(2)).state === 'synced')
  assert.deepEqual(await noted(site), ['ben full-access waiting'])
})
