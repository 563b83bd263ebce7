/** Rights that cannot be given at a flip: named with their reason, tried again, and never told as given. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addDelegate, listDelegates, removeDelegate } from '#src/domain/calendar/delegates.ts'
import { cutOverBatch, putBatch, retryBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { addGrants } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { Right } from '#src/domain/migration/right.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'
import { back, move, placeOf } from '#test/support/moved-mailbox.ts'

const start = openSites()

const grantOf = async (site: MigrationSite, right: Right, grantee: string) => {
  const { rows } = await site.store.migration.listGrants(site.organization, site.project.id, { limit: 300 })
  const found = rows.filter((row) => row.right === right && row.grantee.startsWith(grantee))
  assert.equal(found.length, 1, `${found.length} of ${right} for ${grantee}`)
  return found[0]!
}
const ofAnna = (grantee: string, right: Right, folder: string | null = null) => ({
  ...{ owner: 'anna@corp.example', grantee, right, folder },
})
const flipEvent = async (site: MigrationSite) =>
  (
    await site.store.migration.listMigrationEvents(site.organization, site.project.id, { limit: 50 })
  ).rows.find(({ kind }) => kind === 'flipped')!.sentence

test('a delegate who is one too many is told with the reason, not counted as given, and becomes one at retry', async () => {
  const others = Array.from({ length: 100 }, (_, at) => `helper${at}`)
  const site = await start(['anna', 'ben'])
  await addGrants(site.steering(), [ofAnna('ben@corp.example', 'delegate')])
  const { store, organization } = site
  const template = await site.entry('ben')
  const ids = await store.transact({ organization }, async ({ directory }) => {
    const made = []
    for (const name of others) {
      const { version: _v, createdVersion: _c, ...given } = template
      const id = `${'0'.repeat(29)}${String(others.indexOf(name)).padStart(3, '0')}`
      const addresses = [{ kind: 'primary' as const, address: `${name}@corp.example` }]
      const entry = { ...given, id: id as typeof given.id, name, displayName: name, addresses }
      made.push(await directory.createEntry(organization, entry))
    }
    return made.map(({ id }) => id)
  })
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const mailbox = { owner: (await site.entry('anna')).id, at: await placeOf(site) }
  for (const id of ids) await addDelegate(store, mailbox, id, {})
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  const refused = await grantOf(site, 'delegate', 'ben')
  assert.equal(refused.state, 'unresolved')
  assert.match(refused.cause, /send on behalf, and is no delegate: A mailbox has at most 100 delegates/)
  assert.match(await flipEvent(site), /Given again: 0 rights\. Not taken, .*: 1 delegate\./)
  await removeDelegate(store, mailbox, ids[0]!)
  assert.deepEqual(await retryBatch(site.steering(), 1), { mailboxes: 0, items: 0, rights: 1 })
  assert.equal((await grantOf(site, 'delegate', 'ben')).state, 'applied')
  const { delegates } = await listDelegates(store, mailbox)
  assert.ok(delegates.some(({ entry }) => entry.name === 'ben'))
})

const formerly = '/o=corp/ou=site/cn=recipients/cn=carl'

/** Each by another name of his: his address, one of before, the one that he gets with his flip. */
const unknown = [
  ofAnna('carl@corp.example', 'full-access'),
  ofAnna('carolus@corp.example', 'calendar-edit'),
  ofAnna(formerly, 'folder-read', 'Kalender'),
]

for (const grant of unknown)
  test(`whom nobody knew at the flip of the owner has the right once he is here under that name: ${grant.grantee}`, async () => {
    const { right } = grant
    const site = await start(['anna'], { batches: 1 })
    site.inbox('anna').box.addFolder('Kalender', { role: 'calendar', class: 'event', key: 'anna-calendar' })
    await addGrants(site.steering(), [grant])
    site.engine()
    await move(site, 1)
    assert.equal((await grantOf(site, right, grant.grantee)).state, 'unresolved')
    const { version: _v, createdVersion: _c, ...anna } = await site.entry('anna')
    const addresses = [
      { kind: 'primary' as const, address: 'carl@corp.example' },
      { kind: 'alias' as const, address: 'carolus@corp.example' },
    ]
    const own = { id: '1'.repeat(32) as typeof anna.id, name: 'carl', displayName: 'carl', addresses }
    await site.store.transact({ organization: site.organization }, ({ directory }) =>
      directory.createEntry(site.organization, {
        ...{ ...anna, ...own },
        ...{ home: 'exchange', role: 'REMOTE_USER', mailbox: null, target: 'carl@exchange.corp.example' },
      } as Parameters<typeof directory.createEntry>[1]),
    )
    site.source.box('carl@corp.example').addFolder('Posteingang', { role: 'inbox', key: 'carl-inbox' })
    await putBatch(site.steering(), { no: 2, name: 'later' })
    await addMembers(site.steering(), [
      { address: 'carl@corp.example', batch: 2, source: 'old', x500: [formerly] },
    ])
    await move(site, 2)
    assert.equal((await grantOf(site, right, 'carl')).state, 'applied')
  })

test('after a way back no right is told to work here, and who stays is told to be cut off', async () => {
  const site = await start(['anna', 'ben'], { batches: 2 })
  site.inbox('anna').box.addFolder('Kalender', { role: 'calendar', class: 'event', key: 'anna-calendar' })
  await addGrants(site.steering(), [
    ofAnna('ben@corp.example', 'calendar-edit'),
    ofAnna('ben@corp.example', 'send-as'),
  ])
  site.engine()
  await move(site, 1)
  await move(site, 2)
  assert.equal((await grantOf(site, 'calendar-edit', 'ben')).state, 'applied')
  // Ben goes, Anna stays: she is here, he is not.
  await back(site, 2)
  const cut = await grantOf(site, 'send-as', 'ben')
  assert.deepEqual([cut.state, cut.brokenFrom], ['waiting', site.clock.now()])
  await back(site, 1)
  for (const right of ['calendar-edit', 'send-as'] as const) {
    const { state, brokenFrom, appliedAt } = await grantOf(site, right, 'ben')
    assert.deepEqual([state, brokenFrom, appliedAt], ['waiting', null, null], right)
  }
})
