/** A folder that its source did not let be read is left behind: a retry reads it at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { openSites } from '#test/support/migration-site.ts'

const start = openSites()

test('a retry reads a folder that was not read, and its loss goes', async () => {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  box.addMessage(folder, 'mail')
  let isShut = true
  site.source.before = ({ op }) => {
    if (op === 'changes' && isShut) throw new SourceFailure('item-permanent', 'NO', 'It is not opened.')
  }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  assert.equal((await site.member('anna')).counts.copied, 0)
  isShut = false
  assert.deepEqual(await retryBatch(site.steering(), 1), { mailboxes: 1, items: 0, rights: 0 })
  for (const engine of site.engines) engine.wake()
  await site.until('it was read', async () => (await site.member('anna')).counts.copied > 0)
  const { mailbox, source } = await site.member('anna')
  const at = { organization: site.organization, mailbox: mailbox! }
  await site.until('its loss is gone', async () =>
    (await site.store.migration.listLedgerFolders(at, source)).every(({ losses }) => losses.length === 0),
  )
  assert.deepEqual(await retryBatch(site.steering(), 1), { mailboxes: 0, items: 0, rights: 0 })
})
