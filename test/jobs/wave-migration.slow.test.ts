import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alertMigrationsJob } from '#jobs/alert-migrations.ts'
import { wavesOf } from '#src/domain/migration/engine/project/waves.ts'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { putWave } from '#src/domain/migration/engine/steer/steer-wave.ts'
import { openSites } from '#test/support/migration-site.ts'

const start = openSites()

test('an engine that ends between two batches of a wave goes on with the second, and nobody moves twice', async () => {
  const site = await start(['anna', 'ben'], { batches: 2 })
  await putWave(site.steering(), 'Berlin', { batches: [1, 2], responsible: 'Ann <ann@corp.example>' })
  const wave = async () => {
    const batches = await site.store.migration.listBatches(site.organization, site.project.id)
    return wavesOf(await site.current(), batches)[0]!
  }
  await site.start(1)
  await site.start(2)
  const first = site.engine()
  await site.until('both are copied', async () => (await wave()).state === 'synced')
  assert.equal((await wave()).begunAt, (await site.batch(1)).begunAt)
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  first.wake()
  await site.until('the first is done', async () => (await site.batch(1)).state === 'done')
  assert.equal((await wave()).state, 'partly-moved')
  const stop = site.clock.leap(1)
  await first.stop(AbortSignal.abort())
  stop()

  // Asked again for the whole wave: what has moved takes it no more, and stays.
  const { flippedAt, wave: no } = await site.batch(1)
  await assert.rejects(cutOverBatch(site.steering(), 1, { at: null, failing: null }), /cannot be cut over/)
  await cutOverBatch(site.steering(), 2, { at: null, failing: null })
  site.engine()
  await site.until('all of it is done', async () => (await wave()).state === 'done')
  const done = await wave()
  assert.deepEqual([(await site.batch(1)).flippedAt, (await site.batch(1)).wave], [flippedAt, no])
  assert.deepEqual(
    [done.flippedFrom, done.flippedUntil, done.doneAt],
    [flippedAt, (await site.batch(2)).flippedAt, (await site.batch(2)).doneAt],
  )
  for (const name of ['anna', 'ben']) assert.equal((await site.entry(name)).home, 'local')
  await assert.rejects(
    putWave(site.steering(), 'Berlin', { times: { completeAfter: site.clock.now() } }),
    /All batches of wave "Berlin" have moved or ended/,
  )
  // Who answers for it may change at any time.
  await putWave(site.steering(), 'Berlin', { responsible: null })
  assert.equal((await wave()).record.responsible, undefined)
})

test('whoever answers for a wave is mailed what is of it, also where nobody is told of all', async () => {
  const site = await start(['anna', 'ben'], { batches: 2 })
  await putWave(site.steering(), 'Berlin', { batches: [2], responsible: 'Ann <ann@corp.example>' })
  await putWave(site.steering(), 'Munich', { batches: [1], responsible: 'Max' })
  const mails: string[] = []
  const first = site.engine()
  const job = alertMigrationsJob({
    store: site.store,
    live: () => first.live(),
    mail: async (_organization, to, subject) => void mails.push(`${to}: ${subject}`),
    webhook: async () => undefined,
    trouble: (message, error) => {
      throw error ?? new Error(message)
    },
    now: () => site.clock.now(),
  })
  const signal = new AbortController().signal
  await job.run(signal)
  for (const no of [1, 2]) await site.start(no)
  await site.until(
    'both are copied',
    async () => (await site.batch(1)).state === 'synced' && (await site.batch(2)).state === 'synced',
  )
  for (const no of [1, 2]) await cutOverBatch(site.steering(), no, { at: null, failing: null })
  first.wake()
  await site.until(
    'both are done',
    async () => (await site.batch(1)).state === 'done' && (await site.batch(2)).state === 'done',
  )
  await site.until('it was told', async () => {
    await job.run(signal)
    return mails.length > 0
  })
  await job.run(signal)
  assert.deepEqual(mails, ['ann@corp.example: Migration "move": batch 2 is done'])
})
