import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { EntryId } from '#src/base/ids.ts'
import { syncDirectory } from '#src/domain/directory-sync/run.ts'
import { groupObject, guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { synced } from './synced.ts'

it('says which groups a run brings, or brings again, once they are in place; of the first run it says nothing', async () => {
  const world = await synced()
  try {
    const { directory, organization, clock } = world
    const brought: string[] = []
    const arrived = async (_: unknown, groups: readonly EntryId[]) => {
      for (const id of groups) brought.push((await world.store.directory.getEntry(organization, id)).state)
    }
    const sync = () => {
      clock.now += 60_000
      const { signal } = new AbortController()
      return syncDirectory({ ...world.deps, arrived }, organization, { signal })
    }
    const count = () => brought.splice(0).length
    directory.put(mailboxObject(1, 'anna'))
    directory.put(groupObject(2, 'first', [guidOf(1)]))
    await sync()
    assert.equal(count(), 0)
    directory.put(groupObject(3, 'second', [guidOf(1)]))
    directory.put(mailboxObject(4, 'ben'))
    await sync()
    assert.deepEqual(brought, ['ENABLED'])
    brought.length = 0
    await sync()
    directory.change(guidOf(3), { displayName: 'Other' })
    await sync()
    assert.equal(count(), 0, 'what only changed was there before')
    const group = directory.objects.get(guidOf(3))!
    directory.remove(guidOf(3))
    assert.deepEqual((await sync()).decisions, { delete: 1 })
    assert.equal(count(), 0)
    directory.put(group)
    assert.deepEqual((await sync()).decisions, { return: 1 })
    assert.deepEqual(brought, ['ENABLED'])
  } finally {
    await world.temporary.remove()
  }
})
