import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { socketClient } from '#src/clients/admin/http-client.ts'
import { pictureOf } from '#test/support/migrated-mailbox.ts'
import { freshFolder, landbridge, serve } from './service-process.ts'
import { fillAnna, mailboxOf, openData, run } from './two-landbridges.ts'

const MAILS = 480
const KILLS = 4

const there = freshFolder('moved-from', after)
const here = freshFolder('moved-to', after)

test('a migration that is killed again and again loses nothing and brings nothing twice', {
  timeout: 900_000,
}, async () => {
  const source = await fillAnna(there, MAILS)
  const { OrganizationId } = await run(here, 'init', '--org', 'corp')
  await run(here, 'user', 'add', 'anna', '--no-password')
  await run(
    here,
    'migrate',
    'create',
    'move',
    '--kind',
    'landbridge',
    '--url',
    there,
    '--option',
    'organization=old',
  )
  await run(here, 'migrate', 'add', 'move', source.address, '--batch', '1', '--owner', 'anna')
  const client = socketClient(join(here, 'admin.sock'))
  const ProjectId = 'move'
  const inProject = { OrganizationId: OrganizationId as string, ProjectId }

  let service = await serve(here)
  // Slow enough to be killed in the middle.
  await client.call('UpdateMigrationSettings', {
    ...inProject,
    Settings: { PageItems: 20, Caps: { old: { CallsPerSecond: 25 } }, DeltaEveryMinutes: 60 },
  })
  assert.match((await landbridge(['migrate', 'run', 'move', '1', '--data', here]).ended).stdout, /Batch 1 is/)
  const look = async () => {
    const { Mailboxes } = await client.call('ListMigrationMailboxes', inProject)
    return (
      Mailboxes as { State: string; Copied: number; Losses?: { Property: string }[]; Skipped: number }[]
    )[0]!
  }
  for (let kill = 1; kill <= KILLS; kill++) {
    const wanted = Math.floor((kill * MAILS) / (KILLS + 3))
    const late = Date.now() + 240_000
    while ((await look()).Copied < wanted) {
      assert.ok(Date.now() < late, JSON.stringify(await look()))
      await new Promise((resolve) => setTimeout(resolve, 7 * kill))
    }
    service.child.kill('SIGKILL')
    await once(service.child, 'close')
    service = await serve(here)
  }
  await client.call('UpdateMigrationSettings', {
    ...inProject,
    Settings: { Caps: { old: { CallsPerSecond: null } } },
  })
  const late = Date.now() + 240_000
  // A lease of a process that was killed ends within a minute.
  while ((await look()).State !== 'synced') {
    assert.ok(Date.now() < late + 30_000, JSON.stringify(await look()))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const { Copied, Skipped } = await look()
  assert.deepEqual([Copied, Skipped], [MAILS, 0])
  const batch = async () =>
    ((await client.call('DescribeMigration', inProject)).Batches as { State: string }[])[0]!
  while ((await batch()).State !== 'synced') {
    assert.ok(Date.now() < late + 40_000, JSON.stringify(await batch()))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const status = await landbridge(['migrate', 'status', 'move', '--data', here]).ended
  // Every item is here, and what the mailbox is beside them.
  assert.match(status.stdout, /copied, kept up to date\s+0 of 1\s+perfect/)
  assert.equal((await look()).Losses, undefined)
  service.child.kill('SIGTERM')
  assert.equal((await service.ended).exitCode, 0)
  const store = await openData(here)
  assert.deepEqual(
    await pictureOf(
      store,
      await mailboxOf(
        store,
        source.address.replace(/@.*/, '@') + (await store.directory.settings(OrganizationId)).defaultDomain,
      ),
    ),
    source.picture,
  )
  await store.close()
})
