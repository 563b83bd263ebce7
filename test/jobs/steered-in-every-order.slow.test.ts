/** Batches that are steered at moments at which nobody should: nothing is lost, and every state can be left. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flipBatch } from '#src/domain/migration/engine/flip/flip.ts'
import { rollBack } from '#src/domain/migration/engine/return/rollback.ts'
import {
  approveBatch,
  cutOverBatch,
  pauseBatch,
  resumeBatch,
  retryBatch,
} from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers, removeMember } from '#src/domain/migration/engine/steer/steer-members.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { inboxSubjects, type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const { signal } = new AbortController()
const isIn = (site: MigrationSite, state: string) => async () => (await site.batch()).state === state
const synced = (site: MigrationSite) => site.until('it is synced', isIn(site, 'synced'))
const asksCutOver = (site: MigrationSite) => cutOverBatch(site.steering(), 1, { at: null, failing: null })

/** Mailboxes that cannot be had for as long as they are named. */
function failing(site: MigrationSite, ...names: string[]): Set<string> {
  const fails = new Set(names.map((name) => `${name}@corp.example`))
  site.source.before = async ({ op, mailbox }) => {
    if (op === 'folders' && fails.has(mailbox)) {
      const { state } = await site.batch()
      if (state !== 'preflight')
        throw new SourceFailure('mailbox-permanent', 'gone', `${mailbox} cannot be opened.`)
    }
  }
  return fails
}

test('who comes to a batch that has failed is copied, and so is who failed once that is tried again', async () => {
  const site = await start(['anna', 'ben'], { batches: 2 })
  const fails = failing(site, 'anna')
  site.engine()
  await site.start()
  await site.until('it has failed', isIn(site, 'failed'))
  await removeMember(site.steering(), 'ben@corp.example')
  await addMembers(site.steering(), [{ address: 'ben@corp.example', batch: 1, source: 'old' }])
  await synced(site)
  assert.deepEqual(
    [(await site.member('ben')).state, (await site.member('anna')).state],
    ['synced', 'failed'],
  )
  fails.clear()
  await retryBatch(site.steering(), 1)
  await site.until('both are synced', async () => (await site.member('anna')).state === 'synced')
})

test('who was taken out does not come back because something is tried again', async () => {
  const site = await start(['anna', 'ben'])
  for (const name of ['anna', 'ben']) {
    const { box, folder } = site.inbox(name)
    box.addMessage(folder, 'one')
  }
  site.source.before = async ({ op }) => {
    if (op === 'item') throw new SourceFailure('item-permanent', 'corrupt', 'It is broken.')
  }
  site.engine()
  await site.start()
  await synced(site)
  await removeMember(site.steering(), 'ben@corp.example')
  const { items } = await retryBatch(site.steering(), 1)
  assert.equal(items, 1)
  assert.equal((await site.member('ben')).state, 'left')
})

test('a mailbox that fails while its batch waits for an approval holds it, where that is the policy', async () => {
  const site = await start(['anna', 'ben'])
  const { box, folder } = site.inbox('ben')
  for (const at of [1, 2, 3]) box.addMessage(folder, `broken ${at}`)
  site.source.before = async ({ op }) => {
    if (op === 'item') throw new SourceFailure('item-permanent', 'corrupt', 'It is broken.')
  }
  site.engine()
  await site.start()
  await synced(site)
  await asksCutOver(site)
  await site.until('it waits for an approval', isIn(site, 'approving'))
  failing(site, 'anna')
  const member = await site.member('anna')
  await site.store.transact({ organization: site.organization }, ({ migration }) =>
    migration.putMember(site.organization, { ...member, dueAt: site.clock.now() }),
  )
  await site.until('she has failed', async () => (await site.member('anna')).state === 'failed')
  await approveBatch(site.steering(), 1, '')
  await site.until('it is held', async () => (await site.batch()).cause.includes('anna@corp.example failed'))
  assert.deepEqual([(await site.batch()).state, (await site.member('anna')).state], ['synced', 'failed'])
  assert.equal((await site.entry('ben')).home, 'exchange')
})

test('a batch that nobody is left in goes back to be filled, and who had the last delta is kept up to date', async () => {
  const site = await start(['anna', 'ben'])
  const fails = failing(site)
  site.engine()
  await site.start()
  await synced(site)
  fails.add('anna@corp.example')
  await asksCutOver(site)
  await site.until('it is held', async () => (await site.batch()).cause.includes('failed in its last delta'))
  const ben = await site.member('ben')
  if (ben.state === 'final') assert.equal(ben.dueAt, site.clock.now() + 24 * 3_600_000)
  for (const name of ['anna', 'ben']) await removeMember(site.steering(), `${name}@corp.example`)
  await asksCutOver(site)
  await site.until('it says so', async () => (await site.batch()).cause === 'No mailbox is left in it.')
  assert.equal((await site.batch()).state, 'synced')
  fails.clear()
  await addMembers(site.steering(), [{ address: 'ben@corp.example', batch: 1, source: 'old' }])
  await site.until('he is synced', async () => (await site.member('ben')).state === 'synced')
})

test('a batch does not move while its copies are being removed, and one that moved meanwhile keeps them', async () => {
  const site = await start(['anna', 'ben'])
  for (const name of ['anna', 'ben']) site.inbox(name).box.addMessage(`${name}-inbox`, 'one')
  site.engine()
  await site.start()
  await synced(site)
  // Its cut-over falls due while the first mailbox is removed.
  const { transact } = site.store
  let asked = 0
  site.store.transact = async (scope, work) => {
    if (scope.mailboxes !== undefined && asked++ === 0) {
      site.store.transact = transact
      await asksCutOver(site)
      for (let look = 0; look < 5; look++) {
        site.pass(2_000)
        await new Promise(setImmediate)
      }
    }
    return transact(scope, work)
  }
  await rollBack(site.store, await site.current(), 1, { by: 'ed', now: site.clock.now(), signal })
  assert.equal(asked, 1)
  assert.equal((await site.batch()).state, 'rolled-back')
  for (const name of ['anna', 'ben']) {
    assert.equal((await site.member(name)).state, 'rolled-back')
    assert.equal((await site.entry(name)).home, 'exchange')
  }

  const other = await start(['anna', 'ben'])
  other.inbox('ben').box.addMessage('ben-inbox', 'one')
  other.engine()
  await other.start()
  await synced(other)
  // Somebody else lets it go on, and asks for the cut-over, as soon as one of two is gone.
  const whole = other.store.transact
  let gone = 0
  other.store.transact = async (scope, work) => {
    const result = await whole(scope, work)
    if (scope.mailboxes !== undefined && gone++ === 0) {
      other.store.transact = whole
      await resumeBatch(other.steering(), 1)
      await asksCutOver(other)
      await other.until('the other has moved', isIn(other, 'done'))
    }
    return result
  }
  await assert.rejects(
    rollBack(other.store, await other.current(), 1, { by: 'ed', now: other.clock.now(), signal }),
    /has gone on meanwhile/,
  )
  assert.deepEqual(await inboxSubjects(other, 'ben'), ['one'])
  assert.equal((await other.entry('ben')).home, 'local')
})

test('a batch that was paused at the last moment does not flip', async () => {
  const site = await start(['anna'])
  site.engine()
  await site.start()
  await synced(site)
  await asksCutOver(site)
  await pauseBatch(site.steering(), 1)
  const { state } = await site.batch()
  if (state !== 'done' && state !== 'verifying' && state !== 'flipped')
    await assert.rejects(
      flipBatch(site.store, site.organization, site.project.id, 1, site.clock.now()),
      /is paused/,
    )
})
