import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { pictureOf } from '#test/support/migrated-mailbox.ts'
import { freshFolder, landbridge, serve } from './service-process.ts'
import { fillAnna, mailboxOf, openData, planAnna } from './two-landbridges.ts'

const MAILS = 150
const there = freshFolder('stopped-from', after)
const here = freshFolder('stopped-to', after)

test('of two processes one migrates: the other is refused while the first sleeps, and goes on when it is dead', {
  timeout: 600_000,
}, async () => {
  const { address, picture } = await fillAnna(there, MAILS)
  const { client, inProject } = await planAnna(here, there, address)
  const member = async () =>
    (
      (await client.call('ListMigrationMailboxes', inProject)).Mailboxes as {
        State: string
        Copied: number
      }[]
    )[0]!
  const until = async (holds: (found: Awaited<ReturnType<typeof member>>) => boolean) => {
    for (const late = Date.now() + 240_000; !holds(await member()); await pause(20))
      assert.ok(Date.now() < late, JSON.stringify(await member()))
  }
  const first = await serve(here)
  const slowly = { PageItems: 5, Caps: { old: { CallsPerSecond: 10 } } }
  await client.call('UpdateMigrationSettings', { ...inProject, Settings: slowly })
  await client.call('StartMigrationBatch', { ...inProject, BatchNumber: 1 })
  await until(({ Copied }) => Copied > 10)
  first.child.kill('SIGSTOP')
  const refused = await landbridge(['serve', '--data', here]).ended
  assert.equal(refused.exitCode, 75)
  assert.match(refused.stderr, new RegExp(`in use by process ${first.child.pid}\\.`))
  first.child.kill('SIGCONT')
  const { Copied: then } = await member()
  await until(({ Copied }) => Copied > then)
  first.child.kill('SIGSTOP')
  first.child.kill('SIGKILL')
  await once(first.child, 'close')
  const second = await serve(here)
  const freely = { Caps: { old: { CallsPerSecond: null } } }
  await client.call('UpdateMigrationSettings', { ...inProject, Settings: freely })
  await until(({ State }) => State === 'synced')
  assert.equal((await member()).Copied, MAILS)
  second.child.kill('SIGTERM')
  assert.equal((await second.ended).exitCode, 0)
  const store = await openData(here)
  const { defaultDomain } = await store.directory.settings(inProject.OrganizationId)
  assert.deepEqual(await pictureOf(store, await mailboxOf(store, `anna@${defaultDomain}`)), picture)
  await store.close()
})
