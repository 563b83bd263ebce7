import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Report } from '#src/domain/organization/store.ts'
import { mailboxObject } from '#test/support/memory-directory.ts'
import { synced } from './synced.ts'

it('the share that is read is told only where it is known how many there are', async () => {
  const world = await synced()
  try {
    const told: [done: number, total: number][] = []
    const report: Report = ({ what, done, total }) => {
      if (what === 'Reading the directory') told.push([done, total])
    }
    world.directory.put(mailboxObject(1, 'anna'), mailboxObject(2, 'ben'))
    await world.sync({ report })
    assert.deepEqual(told.splice(0), [
      [0, 0],
      [2, 0],
    ])
    await world.sync({ full: true, report })
    assert.deepEqual(told.splice(0), [
      [0, 2],
      [2, 2],
    ])
    world.directory.put(mailboxObject(3, 'cleo'))
    await world.sync({ full: true, report })
    assert.deepEqual(told, [
      [0, 2],
      [3, 0],
    ])
  } finally {
    await world.temporary.remove()
  }
})
