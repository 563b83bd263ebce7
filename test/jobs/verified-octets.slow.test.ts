/** Octets that verification finds otherwise: of folders as their source counts them, and of messages (migration.md 4.3). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { openSites } from '#test/support/migration-site.ts'
import { move } from '#test/support/moved-mailbox.ts'

const start = openSites()
const MIB = 1024 * 1024

/** Two messages of 3 MiB that the source counts as `sizeBytes`; what the batch came to. */
async function moved(sizeBytes: number | null) {
  const site = await start(['anna'], { settings: { verification: 1 } })
  const { box, folder } = site.inbox('anna')
  for (const subject of ['one', 'two'])
    box.addMessage(folder, subject, { octets: Buffer.alloc(3 * MIB, 'x') })
  const { folders } = box
  box.folders = async function* (signal) {
    for await (const each of folders.call(box, signal)) yield { ...each, sizeBytes }
  }
  site.engine()
  await move(site, 1)
  return { grade: (await site.batch()).grade, losses: (await site.member('anna')).losses }
}

test('a folder that came to far fewer octets than its source counts is named, and nobody has to approve it', async () => {
  assert.deepEqual(await moved(12 * MIB), {
    grade: 'good',
    losses: [
      {
        property: 'folder "Posteingang"',
        reason: 'The source counts 12 MB in it, and its items came to 6 MB as it listed them.',
        weight: 'metadata',
      },
    ],
  })
})

test('a sum that is off by little, or that nobody tells, is nothing to tell', async () => {
  for (const told of [6 * MIB, 6.9 * MIB, 5 * MIB, null])
    assert.deepEqual(await moved(told), { grade: 'perfect', losses: [] }, `${told}`)
})

test('messages that the source writes in other octets by now, and that say the same, are told in the trail', async () => {
  const site = await start(['anna'], { settings: { verification: 3 } })
  const { box, folder } = site.inbox('anna')
  const octets = (blanks: string) =>
    Buffer.from(`Subject:${blanks}Minutes\r\nFrom: ben@far.example\r\n\r\nText\r\n`)
  for (const title of ['one', 'two', 'three']) box.addMessage(folder, title, { octets: octets(' ') })
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  for (const item of [...box.folder(folder).items.values()].slice(1)) item.octets = octets('\r\n ')
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  assert.equal((await site.batch()).grade, 'perfect')
  const { rows } = await site.store.migration.listMigrationEvents(site.organization, site.project.id, {
    limit: 50,
  })
  assert.deepEqual(
    rows.flatMap(({ kind, sentence }) => (kind === 'verified' ? sentence : [])),
    [
      'anna@corp.example was compared with its source, which writes 2 messages in other octets than when copied; what is said there is the same.',
    ],
  )
})
