/** The process ends at each transaction of the last delta, the flip and the verification, by turns before it is durable and after. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import { isFlipped } from '#src/domain/migration/engine/project/state.ts'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addGrants } from '#src/domain/migration/engine/steer/steer-project.ts'
import { inboxSubjects, type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()
/** More transactions than there are. */
const MOST = 60

/** Two who are synced, with changes that the last delta has to bring. */
async function synced(): Promise<MigrationSite> {
  const site = await start(['anna', 'ben'])
  site.foreseen.add('The process was ended')
  const { box, folder } = site.inbox('anna')
  const [, read] = ['before 1', 'before 2'].map((subject) => box.addMessage(folder, subject))
  const grant = { owner: 'anna@corp.example', grantee: 'ben@corp.example', folder: null }
  await addGrants(site.steering(), [{ ...grant, right: 'full-access' }])
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  box.addMessage(folder, 'late')
  box.read(folder, read!, true)
  return site
}

/** Ends the process at the transaction of that number; answers whether there was one. */
async function endAt(site: MigrationSite, at: number, isDurable: boolean): Promise<boolean> {
  const { transact } = site.store
  let count = 0
  let ended: Promise<void> | undefined
  site.store.transact = async (scope, work) => {
    if (++count !== at) return transact(scope, work)
    site.store.transact = transact
    const value = isDurable ? await transact(scope, work) : undefined
    ended = site.engines.at(-1)!.stop(AbortSignal.abort())
    site.engine()
    if (!isDurable) throw new Error('The process was ended')
    return value as Awaited<ReturnType<typeof work>>
  }
  await cutOverBatch({ ...site.steering(), store: { ...site.store, transact } }, 1, {
    at: null,
    failing: null,
  })
  const stop = site.clock.leap()
  await site.until('it is done', async () => {
    const { state } = await site.batch()
    const homes = await Promise.all(['anna', 'ben'].map(async (name) => (await site.entry(name)).home))
    assert.equal(new Set(homes).size, 1, 'both are at home on one side')
    // The batch may have been read just before they flipped.
    if (isFlipped(state)) assert.deepEqual(homes, ['local', 'local'])
    return state === 'done'
  })
  stop()
  site.store.transact = transact
  await ended
  return ended !== undefined
}

test('ended at any of them, nothing is lost, nothing is there twice, and both are at home on one side', async () => {
  let at = 1
  for (; at <= MOST; at++) {
    const site = await synced()
    const happened = await endAt(site, at, at % 2 === 0)
    assert.deepEqual((await inboxSubjects(site, 'anna')).sort(), ['before 1', 'before 2', 'late'])
    const [anna, ben] = await Promise.all([site.entry('anna'), site.entry('ben')])
    const rights = await site.store.directory.ownRights(site.organization, anna.id, ben.id)
    assert.equal(rights, MailboxRight.fullAccess)
    for (const name of ['anna', 'ben']) {
      const { before, flippedAt, state } = await site.member(name)
      assert.deepEqual([before?.home, flippedAt === null, state], ['exchange', false, 'verified'])
    }
    const { rows } = await site.store.migration.listMigrationEvents(site.organization, site.project.id, {
      before: null,
      limit: 100,
    })
    assert.equal(rows.filter(({ kind }) => kind === 'flipped').length, 1)
    if (!happened) break
  }
  assert.ok(at > 8 && at < MOST, `${at} transactions`)
})
