/** Retry of one mailbox alone, and what is told of its folders. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActionContext } from '#src/protocols/admin/action.ts'
import { listMigrationFolders } from '#src/protocols/admin/actions/list-migration-folders.ts'
import { retryMigrationBatch } from '#src/protocols/admin/actions/retry-migration-batch.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()

const contextOf = (site: MigrationSite): ActionContext => {
  const context: Partial<ActionContext> = {
    store: site.store,
    caller: { kind: 'local' },
    now: () => site.clock.now(),
    signal: new AbortController().signal,
  }
  return context as ActionContext
}

test('one mailbox is tried again, and what others left behind stays so', async () => {
  const site = await start(['anna', 'ben'], { settings: { largestItemBytes: 1_000 } })
  for (const name of ['anna', 'ben']) {
    const { box, folder } = site.inbox(name)
    box.addMessage(folder, 'small')
    box.addMessage(folder, 'large', { body: 'x'.repeat(3_000) })
  }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const given = { OrganizationId: site.organization, ProjectId: 'move' }
  const context = contextOf(site)
  const { Folders } = (await listMigrationFolders.run(context, {
    ...given,
    Address: 'anna@corp.example',
  })) as {
    Folders: Record<string, unknown>[]
  }
  const inbox = Folders.find(({ Folder }) => Folder === 'Posteingang')!
  assert.deepEqual(
    [inbox.Here, inbox.State, inbox.Copied, inbox.NotHere, inbox.Pass],
    ['Inbox', 'read', 1, 1, 1],
  )
  assert.equal(typeof inbox.ReadDate, 'number')

  const skipped = async () => (await site.members()).map(({ counts }) => counts.skipped)
  assert.deepEqual(await skipped(), [1, 1])
  const answer = await retryMigrationBatch.run(context, { ...given, Address: 'ANNA@corp.example' })
  assert.deepEqual(answer, { Mailboxes: 0, Items: 1, Rights: 0 })
  const [anna, ben] = await site.members()
  assert.equal(anna!.counts.pending + anna!.counts.skipped, 1, 'it is asked for again')
  assert.deepEqual([ben!.counts.pending, ben!.counts.skipped], [0, 1])
  const { rows } = await site.store.migration.listMigrationEvents(site.organization, site.project.id, {
    limit: 1_000,
  })
  assert.ok(
    rows.some(({ sentence }) =>
      sentence.startsWith('Batch 1 was tried again, of it anna@corp.example alone: 0 mailboxes, 1 item;'),
    ),
    rows.map(({ sentence }) => sentence).join('\n'),
  )
})
