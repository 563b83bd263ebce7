import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WindowRules } from '#src/domain/migration/engine/project/project.ts'
import { putBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { changeSettings } from '#src/domain/migration/engine/steer/steer-project.ts'
import { putWave } from '#src/domain/migration/engine/steer/steer-wave.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const HOUR = 3_600_000

/** One that is open from so many hours after a moment on, for one hour; on the clock of UTC. */
function opensIn(site: MigrationSite, hours: number): WindowRules {
  const clock = (at: number) => new Date(at).toISOString().slice(11, 16)
  const from = site.clock.now() + hours * HOUR
  return {
    ...{ begin: clock(from), end: clock(from + HOUR), zone: 'UTC' },
    ...{ weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] },
  }
}

/** Its first copy is done, and the delta of the next day finds the window closed. */
async function waitsForWindow(names: readonly string[]): Promise<MigrationSite> {
  const site = await start([...names])
  for (const name of names) site.inbox(name).box.addMessage(site.inbox(name).folder, 'mail')
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  site.pass(2 * HOUR)
  await changeSettings(site.steering(), { window: opensIn(site, 10), deltaEveryMinutes: 60 })
  await site.until('it waits for its window', async () =>
    (await site.members()).every(({ idle }) => idle === 'window closed'),
  )
  return site
}

const secondPass = (site: MigrationSite) =>
  site.until('the delta was made', async () =>
    (await site.members()).every(({ pass, passFor }) => pass === 2 && passFor === null),
  )

test('a window that is taken away holds at once, for mailboxes that waited for it too', async () => {
  const site = await waitsForWindow(['anna', 'ben'])
  await changeSettings(site.steering(), { window: null })
  await secondPass(site)
})

test('a batch has a window of its own, which comes before that of the project until it is taken away', async () => {
  const site = await waitsForWindow(['anna', 'ben'])
  await putBatch(site.steering(), { no: 1, ownChange: { window: opensIn(site, -0.5) } })
  await secondPass(site)
  await putBatch(site.steering(), { no: 1, ownChange: { window: opensIn(site, 5) } })
  site.pass(2 * HOUR)
  await site.until('it waits again', async () =>
    (await site.members()).every(({ idle }) => idle === 'window closed'),
  )
  await putBatch(site.steering(), { no: 1, ownChange: { window: null } })
  assert.equal((await site.batch()).own, undefined)
  const { rows } = await site.store.migration.listMigrationEvents(site.organization, site.project.id, {
    limit: 10,
  })
  assert.match(
    rows.find(({ kind }) => kind === 'changed')!.sentence,
    /its own settings, from "copied \d\d:\d\d-\d\d:\d\d \(UTC\)" to "none"/,
  )
})

test('settings of a wave are those of its batches', async () => {
  const site = await waitsForWindow(['anna'])
  await putWave(site.steering(), 'Tokyo', { batches: [1] })
  await putWave(site.steering(), 'Tokyo', { own: { window: 'always', largestItemBytes: 5_000 } })
  await secondPass(site)
  assert.deepEqual((await site.batch()).own, { window: 'always', largestItemBytes: 5_000 })
  await assert.rejects(
    putWave(site.steering(), 'Tokyo', { own: { window: { ...opensIn(site, 1), zone: 'Mars/Olympus' } } }),
    /"Mars\/Olympus" is no time zone/,
  )
  await assert.rejects(putWave(site.steering(), 'Empty', { own: { verification: 3 } }), /has no batches/)
})
