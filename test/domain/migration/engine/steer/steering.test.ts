/** What people do to a batch, as it is kept: no engine runs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookLater, setAside } from '#src/domain/migration/engine/project/due-members.ts'
import type { Batch, Member } from '#src/domain/migration/engine/project/project.ts'
import { cutOverBatch, resumeBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const people = ['anna', 'ben', 'cleo', 'dora']

async function put(site: MigrationSite, batch: Partial<Batch>, states: readonly Partial<Member>[] = []) {
  const { organization, store } = site
  const [present, members] = [await site.batch(), await site.members()]
  await store.transact({ organization }, async ({ migration }) => {
    await migration.putBatch(organization, { ...present, ...batch })
    for (const [at, each] of states.entries())
      await migration.putMember(organization, { ...members[at]!, dueAt: null, ...each })
  })
}
const due = async (site: MigrationSite) => (await site.members()).map(({ dueAt }) => dueAt)

test('with a batch that is resumed go on those who were on their way, before the flip and after it', async () => {
  const site = await start(people)
  const now = site.clock.now()
  await put(site, { state: 'synced', paused: true }, [
    ...([{ state: 'waiting' }, { state: 'initial-sync' }, { state: 'synced' }, { state: 'failed' }] as const),
  ])
  const resumed = await resumeBatch(site.steering(), 1)
  assert.deepEqual([resumed.paused, resumed.cause], [false, ''])
  assert.deepEqual(await due(site), [now, now, now, null])
  await put(site, { state: 'verifying', paused: true }, [
    ...([{ state: 'flipped' }, { state: 'verified' }, { state: 'left' }, { state: 'synced' }] as const),
  ])
  await resumeBatch(site.steering(), 1)
  assert.deepEqual(await due(site), [now, null, null, null])
})

test('a cut-over is asked for at its time, and what was said of those who fail stays unless it is said anew', async () => {
  const site = await start(['anna'])
  await put(site, { state: 'synced', failingMember: 'leave', completeAfter: 5 })
  const at = site.clock.now() + 60_000
  const asked = await cutOverBatch(site.steering(), 1, { at, failing: null })
  assert.deepEqual([asked.cutOverAsked, asked.completeAfter, asked.failingMember], [true, at, 'leave'])
  const anew = await cutOverBatch(site.steering(), 1, { at: null, failing: 'hold' })
  assert.deepEqual([anew.completeAfter, anew.failingMember], [site.clock.now(), 'hold'])
  assert.deepEqual((await site.batch()).cutOverAsked, true)
})

test('who waits for a place or a server is looked at later, and whoever was set aside meanwhile is not', async () => {
  const site = await start(people)
  const now = site.clock.now()
  const rests = { state: 'synced', dueAt: now } as const
  await put(site, { state: 'synced' }, [rests, rests, { state: 'synced' }, rests])
  const project = await site.current()
  const [anna, ben, cleo] = (await site.members()).map(({ no }) => ({ project, no }))
  await lookLater(site.store, [anna!, { ...ben!, until: now + 300_000 }, cleo!], now)
  assert.deepEqual(await due(site), [now + 60_000, now + 300_000, null, now])
})

test('nobody is set aside whose batch goes on again, and everybody else is', async () => {
  const site = await start(['anna'])
  const dueAt = site.clock.now()
  const project = await site.current()
  const { no } = await site.member('anna')
  await put(site, { state: 'synced', paused: false }, [{ state: 'synced', dueAt }])
  assert.equal(await setAside(site.store, project, no), false)
  assert.deepEqual(await due(site), [dueAt])
  await put(site, { state: 'synced', paused: true })
  assert.equal(await setAside(site.store, project, no), true)
  assert.deepEqual(await due(site), [null])
})
