/** What becomes of a batch by where its mailboxes are: no engine runs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flipBatch } from '#src/domain/migration/engine/flip/flip.ts'
import type { Batch, Member } from '#src/domain/migration/engine/project/project.ts'
import { advanceBatch } from '#src/domain/migration/engine/steer/advance.ts'
import type { Store } from '#src/domain/store.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()

async function put(site: MigrationSite, change: Partial<Batch>, states: readonly Partial<Member>[] = []) {
  const { organization, store } = site
  const [batch, members] = [await site.batch(), await site.members()]
  await store.transact({ organization }, async ({ migration }) => {
    await migration.putBatch(organization, { ...batch, ...change })
    for (const [at, each] of states.entries())
      await migration.putMember(organization, { ...members[at]!, dueAt: null, ...each })
  })
}

async function advanced(site: MigrationSite, store: Store = site.store): Promise<Batch> {
  const openSource = () => Promise.reject(new Error('Nothing is asked'))
  const { signal } = new AbortController()
  await advanceBatch({ store, signal, openSource, now: () => site.clock.now() }, await site.current(), 1)
  return site.batch()
}

const approvalOf = (grade: Batch['grade']) => ({ by: 'ed', at: 0, grade: grade!, note: '' })

test('what was approved is asked for again once it is worse, before the move and after it', async () => {
  const site = await start(['anna'])
  const approval = approvalOf('investigate')
  const asked = { state: 'synced', cutOverAsked: true, approval } as const
  await put(site, asked, [{ state: 'synced', grade: 'poor' }])
  assert.equal((await advanced(site)).state, 'approving')
  await put(site, asked, [{ state: 'synced', grade: 'investigate' }])
  assert.equal((await advanced(site)).state, 'finalising')
  await put(site, { state: 'verifying', approval }, [{ state: 'verified', grade: 'poor' }])
  const waits = await advanced(site)
  assert.deepEqual([waits.state, waits.grade], ['verifying', 'poor'])
  assert.match(waits.cause, /^Verified as "poor"/)
  await put(site, { state: 'verifying', approval: approvalOf('poor') })
  assert.equal((await advanced(site)).state, 'done-with-skips')
})

test('a batch that nobody is left in does not move', async () => {
  const site = await start(['anna', 'ben'])
  const asked = { state: 'finalising', cutOverAsked: true, completeAfter: 5 } as const
  await put(site, asked, [{ state: 'left' }, { state: 'cancelled' }])
  const { state, cause, cutOverAsked, completeAfter, flippedAt } = await advanced(site)
  assert.deepEqual([state, cause], ['synced', 'No mailbox is left in it.'])
  assert.deepEqual([cutOverAsked, completeAfter, flippedAt], [false, null, null])
})

test('a batch that is held by who failed in the last delta waits for a word, and the others are kept up to date', async () => {
  const site = await start(['anna', 'ben'], { settings: { deltaEveryMinutes: 10, failingMember: 'hold' } })
  await put(site, { state: 'finalising', cutOverAsked: true, completeAfter: 5 }, [
    { state: 'failed', cause: 'It is gone.' },
    { state: 'final' },
  ])
  const { state, cause, cutOverAsked, completeAfter } = await advanced(site)
  assert.deepEqual([state, cutOverAsked, completeAfter], ['synced', false, null])
  assert.equal(cause, 'anna@corp.example failed in its last delta: It is gone.')
  const due = (await site.members()).map(({ dueAt }) => dueAt)
  assert.deepEqual(due, [null, site.clock.now() + 600_000])
})

test('who is to be copied first holds a cut-over up', async () => {
  const site = await start(['anna', 'ben'])
  await put(site, { state: 'synced', cutOverAsked: true }, [{ state: 'waiting' }, { state: 'synced' }])
  const { state, cutOverAsked } = await advanced(site)
  assert.deepEqual([state, cutOverAsked], ['initial-sync', true])
})

test('nothing becomes of a batch that was paused just then', async () => {
  const site = await start(['anna'])
  await put(site, { state: 'flipped' }, [{ state: 'flipped' }])
  let isPaused = false
  const store: Store = {
    ...site.store,
    async transact(...of) {
      if (!isPaused) await put(site, { paused: true })
      isPaused = true
      return site.store.transact(...of)
    },
  }
  const { state, paused } = await advanced(site, store)
  assert.deepEqual([isPaused, state, paused], [true, 'flipped', true])
})

test('a batch that was paused just before its flip does not move', async () => {
  const site = await start(['anna'])
  await put(site, { state: 'finalising', paused: true }, [{ state: 'final' }])
  const { store, organization, project, clock } = site
  await assert.rejects(flipBatch(store, organization, project.id, 1, clock.now()), {
    ...{ reason: 'wrong-state', message: 'Batch 1 is paused.' },
  })
  assert.deepEqual(
    [(await site.entry('anna')).home, (await site.member('anna')).state],
    ['exchange', 'final'],
  )
})

test('when a batch begins is told on the clock of its window, and by UTC where it has none', async () => {
  const site = await start(['anna'], { start: Date.UTC(2027, 0, 11, 12) })
  const window = { begin: '22:00', end: '06:00', zone: 'Europe/Berlin', weekdays: [1], holidays: [] }
  const causeOf = async (change: Partial<Batch>) => {
    await put(site, { state: 'waiting-window', ...change })
    return (await advanced(site)).cause
  }
  const startAfter = Date.UTC(2027, 0, 12, 18)
  assert.equal(await causeOf({ startAfter }), 'It starts after 2027-01-12 18:00 UTC.')
  assert.equal(
    await causeOf({ startAfter, own: { window } }),
    'It starts after 2027-01-12 19:00 (Europe/Berlin).',
  )
  assert.equal(
    await causeOf({ startAfter: null, own: { window } }),
    'The next window opens 2027-01-11 22:00 (Europe/Berlin).',
  )
})

test('a batch that is paused at its last moment does not move', async () => {
  const site = await start(['anna'])
  await put(site, { state: 'finalising', paused: true }, [{ state: 'final' }])
  await assert.rejects(
    flipBatch(site.store, site.organization, site.project.id, 1, site.clock.now()),
    /Batch 1 is paused/,
  )
  assert.equal((await site.entry('anna')).home, 'exchange')
  assert.equal((await site.batch()).flippedAt, null)
})
