/** When an engine that nobody wakes looks again, and that it goes on beside a server which never answers. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { Batch } from '#src/domain/migration/engine/project/project.ts'
import {
  cancelBatch,
  pauseBatch,
  putBatch,
  startBatch,
} from '#src/domain/migration/engine/steer/steer-batch.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const SOON_MS = 20_000

/** Nobody wakes the engine: it has to have reckoned when to look. */
async function wakesAt(site: MigrationSite, at: number): Promise<void> {
  await site.until('it sleeps until then', () => site.clock.next === at)
  site.clock.advanceTo(at)
}

const change = async (site: MigrationSite, given: Partial<Batch>) => {
  const { no, name } = await site.batch()
  await putBatch(site.steering(), { no, name, ...given })
}

test('a batch begins at the moment that it was given, although nobody wakes the engine', async () => {
  const site = await start(['anna'])
  const at = site.clock.now() + SOON_MS
  await change(site, { startAfter: at })
  await site.start()
  site.engine()
  await site.until('it waits', async () => (await site.batch()).cause.startsWith('It starts after'))
  await wakesAt(site, at)
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
})

test('a batch begins when its window opens, although nobody wakes the engine', async () => {
  const opens =
    Temporal.PlainDateTime.from('2026-12-07T22:00').toZonedDateTime('Europe/Berlin').epochMilliseconds
  const site = await start(['anna'], {
    start: opens - SOON_MS,
    settings: {
      window: {
        ...{ begin: '22:00', end: '06:00', zone: 'Europe/Berlin' },
        ...{ weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] },
      },
    },
  })
  await site.start()
  site.engine()
  await site.until('it waits', async () => (await site.batch()).cause.startsWith('The next window'))
  await wakesAt(site, opens)
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
})

test('a batch is cut over at the moment that was planned, although nobody wakes the engine', async () => {
  const site = await start(['anna'])
  const at = site.clock.now() + SOON_MS
  await change(site, { completeAfter: at })
  await site.start()
  site.engine()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  await wakesAt(site, at)
  await site.until('it is done', async () => (await site.batch()).state === 'done')
})

test('a server that takes calls and never answers holds nobody up: others go on, and its batch can be paused and cancelled', async () => {
  const site = await start(['anna', 'ben', 'cleo'], { batches: 3 })
  for (const name of ['anna', 'ben', 'cleo']) site.inbox(name).box.addMessage(`${name}-inbox`, 'one')
  let asked = 0
  // Whoever asks waits until they are cut off.
  site.source.before = async ({ op, mailbox }, signal) => {
    if (op !== 'changes' || mailbox !== 'anna@corp.example') return
    asked++
    await once(signal, 'abort')
    throw signal.reason
  }
  const engine = site.engine()
  await site.start(1)
  await site.until('the server was asked', () => asked === 1)
  const [lane] = engine.live().lanes
  assert.deepEqual([lane?.address, lane?.askedAt], ['anna@corp.example', site.clock.now()])
  await site.start(2)
  await site.until('another batch is synced', async () => (await site.batch(2)).state === 'synced')

  await pauseBatch(site.steering(), 1)
  await site.until('its lane drains', () => engine.live().lanes[0]?.draining === true)
  // It is cut off in less than a minute.
  for (let second = 0; second < 60; second += 2) site.pass(2_000)
  await site.until('it is cut off', () => {
    site.pass(2_000)
    return engine.live().lanes.length === 0
  })
  assert.equal((await site.member('anna')).leasedUntil, null)

  await cancelBatch(site.steering(), 1)
  assert.deepEqual(
    [(await site.batch(1)).state, (await site.member('anna')).state],
    ['cancelled', 'cancelled'],
  )
  await startBatch(site.steering(), 3)
  await site.until('a third batch is synced', async () => (await site.batch(3)).state === 'synced')
  assert.equal(asked, 1)
})

test('a call that never ends is cut off within a minute after its window has closed, and the mailbox goes on the next night (scenario 17)', async () => {
  const at = (text: string) => Temporal.ZonedDateTime.from(`${text}[Europe/Berlin]`).epochMilliseconds
  const site = await start(['anna'], {
    start: at('2027-01-12T23:00'),
    settings: {
      window: {
        ...{ begin: '22:00', end: '06:00', zone: 'Europe/Berlin' },
        ...{ weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] },
      },
    },
  })
  site.inbox('anna').box.addMessage('anna-inbox', 'one')
  let cutAt: number | undefined
  let asked = 0
  site.source.before = async ({ op }, signal) => {
    if (op !== 'items' || ++asked > 1) return
    await once(signal, 'abort')
    cutAt = site.clock.now()
    throw signal.reason
  }
  const engine = site.engine()
  await site.start()
  await site.until('the server was asked', () => asked === 1)
  const closes = at('2027-01-13T06:00')
  site.pass(closes - site.clock.now())
  await site.until('its lane drains', () => engine.live().lanes[0]?.draining === true)
  assert.equal(site.clock.now(), closes)
  await site.until('it is cut off', () => {
    const { next } = site.clock
    // Only once the engine sleeps until it looks again: it looks every two seconds.
    if (cutAt === undefined && next !== undefined && next <= site.clock.now() + 2_000)
      site.clock.advanceTo(next)
    return engine.live().lanes.length === 0
  })
  assert.ok(cutAt! > closes && cutAt! - closes <= 60_000, `after ${(cutAt! - closes) / 1_000} s`)
  assert.equal((await site.member('anna')).counts.copied, 0)
  const opens = at('2027-01-13T22:00')
  site.clock.advanceTo(opens)
  await site.until('it is synced', async () => {
    // What is cut off rests before it is tried again.
    if (site.clock.next !== undefined && engine.live().lanes.length === 0)
      site.clock.advanceTo(site.clock.next)
    return (await site.batch()).state === 'synced'
  })
  assert.equal((await site.member('anna')).counts.copied, 1)
})
