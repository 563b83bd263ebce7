/** Rights that only a plan knows: given at the flip, once, and taken back with a batch that goes back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newEntryId } from '#src/base/ids.ts'
import type { NewEntry } from '#src/domain/directory/entry.ts'
import { rightsOfProfile } from '#src/domain/directory/folder-permission.ts'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addGrants } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { Right } from '#src/domain/migration/right.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'
import { back, move } from '#test/support/moved-mailbox.ts'

const start = openSites()
const { fullAccess, sendAs, sendOnBehalf } = MailboxRight

const ofAnna = (grantee: string, right: Right) => ({
  owner: 'Anna@corp.example',
  grantee,
  right,
  folder: null,
})

/** The group of that name, which is here as groups are. */
async function groupNamed(site: MigrationSite, name: string) {
  const { version: _v, createdVersion: _c, ...anna } = await site.entry('anna')
  const addresses = [{ kind: 'primary', address: `${name}@corp.example` }]
  const own = { id: newEntryId(), kind: 'group', role: undefined, name, displayName: name, addresses }
  const group = { ...anna, ...own, home: 'local', target: null } as unknown as NewEntry
  await site.store.transact({ organization: site.organization }, ({ directory }) =>
    directory.createEntry(site.organization, group),
  )
  return group
}

test('rights of a plan work after the flip, wait for who comes later, and name whom nobody knows', async () => {
  const site = await start(['anna', 'ben', 'carl'], { batches: 2 })
  const { organization, store } = site
  const team = await groupNamed(site, 'team')
  const told = [
    ofAnna('carl@corp.example', 'full-access'),
    ofAnna('CORP\\carl', 'send-as'),
    ofAnna('team', 'send-as'),
    ofAnna('ben@corp.example', 'send-on-behalf'),
    ofAnna('gone@corp.example', 'full-access'),
  ]
  assert.equal(await addGrants(site.steering(), told), 5)
  assert.equal(await addGrants(site.steering(), told), 0, 'the same again')
  const carl = (await site.entry('carl')).id
  const rightsOn = async (grantee: typeof carl) => {
    const { rows } = await store.directory.listPermissions(organization, (await site.entry('anna')).id, {
      limit: 10,
    })
    return rows.find((row) => row.grantee === grantee)?.rights ?? 0
  }
  const states = async () => {
    const { rows } = await store.migration.listGrants(organization, site.project.id, { limit: 10 })
    return rows.map(({ state }) => state).join(' ')
  }
  // The source tells one of them too, and a right on a folder.
  site.inbox('anna').box.settled = {
    ...site.inbox('anna').box.settled,
    grants: [{ ...ofAnna('carl@corp.example', 'full-access'), lastUsedDay: null, where: '' }],
  }
  site.engine()
  await move(site, 1)
  assert.equal(await states(), 'applied applied applied waiting unresolved')
  assert.equal(await rightsOn(carl), fullAccess | sendAs)
  assert.equal(await rightsOn(team.id), sendAs)
  const ben = (await site.entry('ben')).id
  assert.equal(await rightsOn(ben), 0)
  await move(site, 2)
  assert.equal(await states(), 'applied applied applied applied unresolved')
  assert.equal(await rightsOn(ben), sendOnBehalf)

  await store.transact({ organization }, async ({ directory }) =>
    directory.putPermission(organization, {
      ...{ owner: (await site.entry('anna')).id, grantee: carl },
      rights: fullAccess | sendAs | sendOnBehalf,
    }),
  )
  await back(site)
  assert.equal((await site.entry('anna')).home, 'exchange')
  assert.equal(await states(), 'waiting waiting waiting waiting unresolved')
  assert.deepEqual([await rightsOn(carl), await rightsOn(team.id)], [sendOnBehalf, 0])
})

test('a right on a folder stands once, as the source tells it last, whatever a plan calls the folder', async () => {
  const site = await start(['anna', 'ben', 'carl', 'dora'])
  const { organization, store } = site
  const { box, folder } = site.inbox('anna')
  const team = box.addFolder('Team', { parent: folder, key: 'anna-team' })
  const by = (grantee: string, path: string | null, right: Right) => ({
    ...{ owner: 'anna@corp.example', grantee: `${grantee}@corp.example`, right },
    folder: path,
  })
  const planned = [
    by('ben', 'Inbox\\Team', 'folder-edit'),
    by('ben', 'Team', 'folder-edit'),
    by('carl', 'Team', 'folder-read'),
    by('dora', 'Inbox', 'folder-read'),
  ]
  assert.equal(await addGrants(site.steering(), planned), 4)
  const tells = (...given: [grantee: string, role: 'Editor' | 'Author' | 'Reviewer'][]) => {
    box.settled = {
      ...box.settled,
      folderGrants: given.map(([grantee, role]) => ({
        ...{ folder: team, grantee: `${grantee}@corp.example`, role },
        rights: null,
      })),
    }
  }
  const noted = async () => {
    const { rows } = await store.migration.listGrants(organization, site.project.id, { limit: 20 })
    return rows.map(({ grantee, folder: on, state }) => `${grantee.split('@')[0]} ${on} ${state}`)
  }
  tells(['ben', 'Editor'], ['carl', 'Reviewer'])
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  assert.deepEqual(await noted(), [
    'ben anna-team waiting',
    'ben Team dropped',
    'carl anna-team waiting',
    'dora Inbox waiting',
  ])
  // Before the last delta: one has less, one has nothing any more, one is new.
  tells(['ben', 'Reviewer'], ['dora', 'Author'])
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  assert.deepEqual(await noted(), [
    'ben anna-team applied',
    'ben Team dropped',
    'carl anna-team dropped',
    'dora Inbox applied',
    'dora anna-team applied',
  ])
  const at = { organization, mailbox: (await site.member('anna')).mailbox! }
  const no = (await store.mailboxes.listFolders(at)).find(({ name }) => name === 'Team')!.no
  const names = new Map<string, string>()
  for (const name of ['ben', 'carl', 'dora']) names.set((await site.entry(name)).id, name)
  const given = await store.directory.listFolderPermissions(organization, at.mailbox, no)
  assert.deepEqual(given.map(({ grantee, rights }) => `${names.get(grantee)} ${rights}`).sort(), [
    `ben ${rightsOfProfile('Reviewer')}`,
    `dora ${rightsOfProfile('Author')}`,
  ])
})

test('what the source cannot tell of a folder for once is not taken away', async () => {
  const site = await start(['anna', 'ben'])
  const { box, folder } = site.inbox('anna')
  const right = { folder, grantee: 'ben@corp.example', role: 'Editor', rights: null } as const
  box.settled = { ...box.settled, folderGrants: [right] }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  box.settled = { ...box.settled, folderGrants: [], untoldFolders: [folder] }
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  const { rows } = await site.store.migration.listGrants(site.organization, site.project.id, { limit: 9 })
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['applied'],
  )
})

test('what was given before is looked up once for an owner, however many rights she gives', async () => {
  const site = await start(['anna'])
  const { organization, store } = site
  const anna = (await site.entry('anna')).id
  const names = Array.from({ length: 30 }, (_, at) => `team${at}`)
  for (const name of names) {
    const { id: grantee } = await groupNamed(site, name)
    await store.transact({ organization }, ({ directory }) =>
      directory.putPermission(organization, { owner: anna, grantee, rights: fullAccess }),
    )
  }
  await addGrants(
    site.steering(),
    names.map((name) => ofAnna(name, 'full-access')),
  )
  let lists = 0
  const { transact } = store
  const counting = <T extends object>(of: T): T =>
    new Proxy(of, {
      get(target, name) {
        const value = Reflect.get(target, name, target) as unknown
        if (name === 'migration') return counting(value as object)
        if (typeof value !== 'function') return value
        return (...given: unknown[]) => {
          if (name === 'listGrants') lists++
          return Reflect.apply(value, target, given) as unknown
        }
      },
    })
  store.transact = (scope, work) => transact(scope, (writer) => work(counting(writer)))
  site.engine()
  await move(site, 1)
  store.transact = transact
  const { rows } = await store.migration.listGrants(organization, site.project.id, { limit: 100 })
  assert.deepEqual(
    rows.map(({ state, cause }) => [state, cause]),
    names.map(() => ['applied', 'It was here before.']),
  )
  assert.ok(lists > 0 && lists < names.length, `${lists} lists`)
})
