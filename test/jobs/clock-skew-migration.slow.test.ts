/** Clocks that are an hour apart, there and here: nothing is lost, nothing comes twice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { inboxSubjects, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const HOUR = 3_600_000

for (const [name, skewMs] of [
  ['ahead', HOUR],
  ['behind', -HOUR],
] as const)
  test(`a source whose clock is an hour ${name} is copied whole, its last changes too`, async () => {
    const site = await start(['anna'])
    const { box, folder } = site.inbox('anna')
    const add = (subject: string) =>
      box.addMessage(folder, subject, { receivedAt: site.clock.now() + skewMs })
    for (let i = 0; i < 5; i++) add(`first ${i}`)
    site.engine()
    await site.start()
    await site.until('it is synced', async () => (await site.batch()).state === 'synced')
    add('later')
    await cutOverBatch(site.steering(), 1, { at: null, failing: null })
    await site.until('it is verified or done', async () => (await site.batch()).state === 'done')
    assert.deepEqual(await inboxSubjects(site, 'anna'), [
      ...['first 0', 'first 1', 'first 2', 'first 3', 'first 4'],
      'later',
    ])
    assert.equal((await site.batch()).grade, 'perfect')
  })

for (const [name, move] of [
  ['put back', -HOUR],
  ['put forward', HOUR],
] as const)
  test(`a clock here that is ${name} by an hour in the middle of a copy, and before the cut-over, changes nothing`, async () => {
    const site = await start(['anna', 'ben'], { settings: { pageItems: 2 } })
    for (const person of ['anna', 'ben'])
      for (let i = 0; i < 6; i++)
        site.inbox(person).box.addMessage(site.inbox(person).folder, `${person} ${i}`)
    const jump = () => {
      if (move < 0) site.clock.setBack(-move)
      else site.clock.advance(move)
    }
    let pages = 0
    site.source.before = ({ op }) => {
      if (op === 'items' && ++pages === 3) jump()
    }
    const engine = site.engine()
    await site.start()
    const stop = site.clock.leap()
    await site.until('it is synced', async () => (await site.batch()).state === 'synced')
    stop()
    jump()
    engine.wake()
    site.inbox('anna').box.addMessage(site.inbox('anna').folder, 'anna 6')
    await cutOverBatch(site.steering(), 1, { at: null, failing: null })
    const stopAgain = site.clock.leap()
    await site.until('it is done', async () => (await site.batch()).state === 'done')
    stopAgain()
    const subjects = (person: string, count: number) =>
      Array.from({ length: count }, (_, at) => `${person} ${at}`)
    assert.deepEqual(await inboxSubjects(site, 'anna'), subjects('anna', 7))
    assert.deepEqual(await inboxSubjects(site, 'ben'), subjects('ben', 6))
    assert.equal((await site.batch()).grade, 'perfect')
  })
