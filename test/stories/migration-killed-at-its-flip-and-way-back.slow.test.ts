import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { freshFolder, serve } from './service-process.ts'
import { addMail, fillAnna, mailboxOf, openData, planAnna } from './two-landbridges.ts'

const MAILS = 60
const SINCE = 12
const there = freshFolder('flipped-from', after)
const here = freshFolder('flipped-to', after)

test('a migration that is killed while it flips, verifies and goes back ends as if it had not been', {
  timeout: 900_000,
}, async () => {
  const { address } = await fillAnna(there, MAILS)
  const { client, inProject } = await planAnna(here, there, address)
  let service = await serve(here)
  await client.call('UpdateMigrationSettings', { ...inProject, Settings: { PageItems: 20, Verification: 3 } })
  const batch = async () =>
    (
      (await client.call('DescribeMigration', inProject)).Batches as {
        State: string
        Grade?: string
        Cause?: string
      }[]
    )[0]!
  const member = async () =>
    (
      (await client.call('ListMigrationMailboxes', inProject)).Mailboxes as {
        State: string
        Copied: number
        Returned?: number
        LeftHere?: number
      }[]
    )[0]!
  /** Waits, or ends the service again and again, each time a little later, until it is so; at `least` so often. */
  const until = async (holds: () => Promise<boolean>, { killing = false, least = 0 } = {}): Promise<void> => {
    const late = Date.now() + 240_000
    let kills = 0
    for (let ms = 100; kills < least || !(await holds()); ms += 200) {
      assert.ok(Date.now() < late, JSON.stringify([await batch(), await member()]))
      await new Promise((resolve) => setTimeout(resolve, killing ? ms : 50))
      if (!killing) continue
      kills++
      service.child.kill('SIGKILL')
      await once(service.child, 'close')
      service = await serve(here)
    }
  }
  await client.call('StartMigrationBatch', { ...inProject, BatchNumber: 1 })
  await until(async () => (await batch()).State === 'synced', { killing: true })
  await client.call('CutOverMigrationBatch', { ...inProject, BatchNumber: 1 })
  await until(async () => (await batch()).State === 'done', { killing: true, least: 1 })
  assert.deepEqual([(await member()).Copied, (await batch()).Grade], [MAILS, 'perfect'])

  const stopped = async () => {
    service.child.kill('SIGTERM')
    assert.equal((await service.ended).exitCode, 0)
  }
  await stopped()
  const store = await openData(here)
  const at = await mailboxOf(
    store,
    address.replace(/@.*/, '@') + (await store.directory.settings(inProject.OrganizationId)).defaultDomain,
  )
  const folders = await store.mailboxes.listFolders(at)
  const projects = folders.find(({ name }) => name === 'Projects')!
  const inbox = folders.find(({ distinguished }) => distinguished === 'inbox')!
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.changeFolder(at, projects.no, { name: 'Plans' }),
  )
  // Times of now: what came in since the flip.
  for (let no = 0; no < SINCE; no++) await addMail(store, at, inbox.no, MAILS + no, 'since')
  await store.close()

  service = await serve(here)
  await client.call('RollBackMigrationBatch', { ...inProject, BatchNumber: 1 })
  await until(async () => (await member()).State === 'rolled-back', { killing: true, least: 1 })
  await until(async () => (await batch()).Cause === undefined)
  assert.deepEqual([(await member()).Returned, (await member()).LeftHere], [SINCE, 0])
  await stopped()
  const old = await openData(there)
  const back = await mailboxOf(old, address)
  const names = await old.mailboxes.listFolders(back)
  assert.ok(names.some(({ name }) => name === 'Plans'))
  assert.ok(names.every(({ name }) => name !== 'Projects'))
  const inboxThere = names.find(({ distinguished }) => distinguished === 'inbox')!
  assert.equal(inboxThere.items, (MAILS * 2) / 3 + SINCE)
  await old.close()
})
