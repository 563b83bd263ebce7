/** The last delta: it goes before first copies (migration.md 4.1), follows a delta at once, and is followed by others where it was in vain. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
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

test('a cut-over that is asked for while a delta runs does not wait for the next one', async () => {
  const site = await start(['anna'])
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const gate = Promise.withResolvers<void>()
  let isAsked = false
  site.source.before = async ({ op }) => {
    if (op !== 'changes' || isAsked) return
    isAsked = true
    await gate.promise
  }
  site.pass(24 * 3_600_000)
  await site.until('a delta runs', () => isAsked)
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is taken up', async () => (await site.batch()).state === 'finalising')
  gate.resolve()
  await site.until('it is done', async () => (await site.batch()).state === 'done')
})

test('who had the last delta when another one failed in theirs is kept up to date again', async () => {
  const site = await start(['anna', 'ben'], { settings: { deltaEveryMinutes: 600 } })
  const engine = site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  site.source.before = async ({ op, mailbox }) => {
    if (op !== 'changes') return
    if (mailbox.startsWith('ben')) {
      begun.resolve()
      return gate.promise
    }
    await begun.promise
    throw new SourceFailure('mailbox-permanent', 'gone', 'It is gone.')
  }
  await cutOverBatch(site.steering(), 1, { at: null, failing: 'hold' })
  await site.until('it is held', async () => (await site.batch()).cause.includes('failed in its last delta'))
  gate.resolve()
  await site.until('that of Ben has ended', () => engine.live().lanes.length === 0)
  const { state, dueAt } = await site.member('ben')
  assert.deepEqual([state, dueAt], ['final', site.clock.now() + 600 * 60_000])
})
