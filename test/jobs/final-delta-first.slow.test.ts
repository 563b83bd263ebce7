/** Who waits for a cut-over goes before first copies (migration.md 4.1). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutOverBatch } from '#src/domain/migration/engine/steer-batch.ts'
import { openSites } from '#test/support/migration-site.ts'

const start = openSites()

test('the last delta of a batch is taken before the copies of another one that was begun earlier', async () => {
  // Every second one is of batch 2.
  const names = ['anna', 'zoe', 'ben', 'yves', 'carl', 'xaver']
  const site = await start(names, { batches: 2, settings: { lanes: 1, deltaEveryMinutes: 600 } })
  const engine = site.engine()
  await site.start(2)
  await site.until('batch 2 is synced', async () => (await site.batch(2)).state === 'synced')
  const gate = Promise.withResolvers<void>()
  const read: string[] = []
  site.source.before = async ({ op, mailbox }) => {
    if (op !== 'folders' || engine.live().lanes.length === 0) return
    read.push(mailbox.split('@')[0]!)
    if (read.length === 1) await gate.promise
  }
  await site.start(1)
  await site.until('one of batch 1 is being copied', () => read.length === 1)
  await cutOverBatch(site.steering(), 2, { at: null, failing: null })
  await site.until('it is taken up', async () => (await site.batch(2)).state === 'finalising')
  gate.resolve()
  await site.until('batch 1 is copied', async () => (await site.batch(1)).state === 'synced')
  assert.deepEqual(read.slice(1, 4).sort(), ['xaver', 'yves', 'zoe'])
})
