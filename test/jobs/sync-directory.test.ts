import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { syncDirectoryJob } from '#jobs/sync-directory.ts'
import { PartFailures } from '#src/base/part-failures.ts'
import type { SyncDeps } from '#src/domain/directory-sync/run.ts'
import { type Synced, synced, syncedBeside } from '#test/domain/directory-sync/synced.ts'
import { mailboxObject } from '#test/support/memory-directory.ts'

describe('the job that keeps address books up to date', () => {
  let world: Synced
  const warnings: string[] = []
  const never = new AbortController().signal
  const job = () =>
    syncDirectoryJob({
      ...world.deps,
      get store() {
        return world.store
      },
      synchronized: async () => undefined,
      log: { info: () => undefined, warn: (_fields, message) => void warnings.push(message) },
    })
  before(async () => {
    world = await synced()
    world.directory.put(mailboxObject(1, 'anna'))
  })
  after(() => world.temporary.remove())

  it('runs what is due, once in four hours, over restarts too', async () => {
    await job().run(never)
    assert.equal(world.directory.readings.length, 1)
    await job().run(never)
    await world.temporary.reopen()
    await job().run(never)
    assert.equal(world.directory.readings.length, 1)
    world.clock.now += 4 * 3_600_000
    await job().run(never)
    assert.equal(world.directory.readings.length, 2)
  })

  it('tries again after a failure, ever later, and alerts once when two cycles were missed', async () => {
    const running = job()
    world.clock.now += 4 * 3_600_000
    world.directory.changeNumber++
    world.directory.put(mailboxObject(2, 'bert'))
    world.directory.failAfter = 0
    const dueIn: number[] = []
    for (let tries = 0; tries < 3; tries++) {
      await running.run(never)
      const { dueAt } = (await world.store.directorySync.findSync(world.organization))!
      dueIn.push((dueAt - world.clock.now) / 60_000)
      world.clock.now = dueAt
    }
    assert.deepEqual(dueIn, [5, 10, 20])
    assert.equal(warnings.filter((text) => text.startsWith('ALERT')).length, 0)
    world.clock.now += 9 * 3_600_000
    await running.run(never)
    await running.run(never)
    assert.equal(warnings.filter((text) => text.startsWith('ALERT')).length, 1)
    world.directory.failAfter = Number.POSITIVE_INFINITY
    world.clock.now += 4 * 3_600_000
    await running.run(never)
    assert.equal((await world.store.directorySync.findSync(world.organization))?.objects, 2)
  })

  it('goes on with the others where one fails for a reason of our own, and names it', async () => {
    const beside = await syncedBeside(world)
    beside.directory.put(mailboxObject(1, 'carla', { proxyAddresses: ['SMTP:carla@beside.example'] }))
    world.clock.now += 5 * 3_600_000
    const { organization, deps } = world
    for (const broken of [organization, beside.organization]) {
      const openSource: SyncDeps['openSource'] = (each) => {
        if (each === broken) throw new TypeError('a fault of ours')
        return each === organization ? world.directory : beside.directory
      }
      const readings = beside.directory.readings.length + world.directory.readings.length
      const log = { info: () => undefined, warn: () => undefined }
      const own = { ...deps, store: world.store, openSource, synchronized: async () => undefined, log }
      await assert.rejects(syncDirectoryJob(own).run(never), (error: unknown) => {
        assert.ok(error instanceof PartFailures)
        assert.deepEqual(
          error.failures.map(({ of }) => of),
          [broken],
        )
        return true
      })
      assert.equal(beside.directory.readings.length + world.directory.readings.length, readings + 1)
      world.clock.now += 5 * 3_600_000
    }
  })
})
