import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { groupObject, guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { type Synced, synced, syncedBeside } from './synced.ts'

/** Deleted and undeleted: nothing tells any more where its mail goes (tombstones keep few attributes). */
const bare = mailboxObject(1, 'anna', { type: 'mail-user', hasMailbox: false })

describe('an entry whose object can no longer be one (docs/decisions/0009)', () => {
  let world: Synced
  before(async () => {
    world = await synced()
    world.directory.put(mailboxObject(1, 'anna'), groupObject(2, 'all', [guidOf(1)]))
    await world.sync()
    world.directory.remove(guidOf(1))
    world.directory.put(bare, groupObject(2, 'all', []))
  })
  after(() => world.temporary.remove())
  const find = (address: string) => world.store.directory.findEntry(world.organization, { address })

  for (const full of [false, true])
    it(`stays as it was when ${full ? 'everything' : 'what changed'} is read, and it is said why`, async () => {
      await world.sync({ full })
      const anna = await find('anna@corp.example')
      assert.deepEqual([anna?.source?.guid, anna?.state, anna?.home], [guidOf(1), 'ENABLED', 'exchange'])
      const known = await world.store.directorySync.findKnown(world.organization, { guid: guidOf(1) })
      assert.equal(known?.state, 'quarantined')
      assert.match(known.note.reason ?? '', /without targetAddress/)
    })

  it('is not there where it was never read as anything else', async () => {
    const fresh = await syncedBeside(world)
    fresh.directory.put(bare)
    assert.deepEqual((await fresh.sync()).decisions, { quarantine: 1 })
    const anna = { address: 'anna@corp.example' }
    assert.equal(await world.store.directory.findEntry(fresh.organization, anna), undefined)
  })

  it('yields to somebody who asks for its address', async () => {
    const proxyAddresses = ['SMTP:anna@corp.example']
    world.directory.put(mailboxObject(3, 'other', { proxyAddresses }))
    assert.deepEqual((await world.sync()).decisions, { delete: 1, create: 1 })
    assert.equal((await find('anna@corp.example'))?.source?.guid, guidOf(3))
  })
})
