/** What can be brought back, on the way back of a batch and where its source is said anew. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newMailboxId } from '#src/base/ids.ts'
import { recoverItems } from '#src/domain/mailbox/deletion.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { putSource } from '#src/domain/migration/engine/steer/steer-project.ts'
import { type MigrationSite, oldExchange, openSites } from '#test/support/migration-site.ts'
import { back, isBack, move, placeOf } from '#test/support/moved-mailbox.ts'

const start = openSites()
const BIN = 'recoverableitemsdeletions'

async function siteWithBin() {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  const bin = box.addFolder('Deletions', { role: BIN })
  box.addMessage(folder, 'seen')
  for (const subject of ['brought back', 'left', 'run out']) box.addMessage(bin, subject)
  return { site, box, folder, bin }
}

async function buriedHere(site: MigrationSite) {
  const at = await placeOf(site)
  const { no } = (await site.store.mailboxes.findFolder(at, { distinguished: BIN }))!
  const page = await site.store.mailboxes.listItems(at, no, {
    ...{ order: 'uid', limit: 9, parts: ['summary'] },
  })
  return new Map(page.rows.map((item) => [item.summary!.subject!, item]))
}

test('on the way back what was brought back here is so there, and what has run out here is as it was', async () => {
  const { site, box, folder, bin } = await siteWithBin()
  site.engine()
  await move(site, 1)
  const at = await placeOf(site)
  const buried = await buriedHere(site)
  assert.deepEqual([...buried.keys()], ['brought back', 'left', 'run out'])
  await recoverItems(site.store, at, [buried.get('brought back')!.no])
  await site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.removeItems(at, [buried.get('run out')!.no]),
  )
  const { late } = await back(site)
  assert.deepEqual(
    late.map(({ items, changed }) => [items, changed]),
    [[0, 1]],
  )
  await site.until('it is back', isBack(site))
  const titles = (key: string) => [...box.folder(key).items.values()].map(({ item }) => item.title).sort()
  assert.deepEqual(titles(folder), ['brought back', 'seen'])
  assert.deepEqual(titles(bin), ['left', 'run out'])
})

test('a batch that goes back before its flip leaves nothing among what can be brought back', async () => {
  const { site } = await siteWithBin()
  const mailbox = newMailboxId()
  const { store, organization } = site
  await store.transact({ organization, newMailboxes: [mailbox] }, async ({ mailboxes, directory }) => {
    await mailboxes.createMailbox(
      { organization, mailbox },
      { quotaBytes: 2 ** 40, folders: distinguishedFolders },
    )
    const entry = await directory.getEntry(organization, site.entries.get('anna')!)
    assert.ok('mailbox' in entry)
    await directory.saveEntry(organization, { ...entry, mailbox })
  })
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  assert.equal((await buriedHere(site)).size, 3)
  await back(site)
  assert.equal((await buriedHere(site)).size, 0)
  assert.equal((await store.mailboxes.getMailbox({ organization, mailbox })).recoverableBytes, 0)
})

test('what a source has brought is not taken back from it', async () => {
  const { site } = await siteWithBin()
  const say = (options: Record<string, string>) =>
    putSource(site.steering(), { config: { ...oldExchange, options }, secret: 'password' })
  await say({ recoverable: 'yes' })
  await say({})
  await say({ recoverable: 'yes', archive: 'yes' })
  const { migration } = site.store
  const page = await migration.listMigrationEvents(site.organization, site.project.id, { limit: 99 })
  const last = page.rows.filter(({ kind }) => kind === 'source').map(({ sentence }) => sentence)
  assert.ok(
    last.some((sentence) =>
      /from ".*" to "the online archive of each mailbox and what was deleted/.test(sentence),
    ),
  )
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  await assert.rejects(say({ recoverable: 'yes' }), {
    reason: 'wrong-state',
    message: /its option "archive" already, and keeps it: say archive=yes/,
  })
  await say({ recoverable: 'yes', archive: 'yes', connections: '4' })
})
