import assert from 'node:assert/strict'
import { it } from 'node:test'
import { guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { synced } from './synced.ts'

it('who comes into the book because somebody else gave way has the photo, too, though nobody touched it', async () => {
  const world = await synced()
  try {
    const { directory, organization } = world
    directory.put(mailboxObject(1, 'anna'))
    await world.sync()
    const proxyAddresses = ['SMTP:anna@corp.example']
    directory.put(mailboxObject(2, 'other', { proxyAddresses, hasPhoto: true }))
    directory.photosOf.set(guidOf(2), Buffer.from('ffd8ffe000104a464946', 'hex'))
    assert.deepEqual((await world.sync()).decisions, { quarantine: 1 })
    directory.change(guidOf(1), { proxyAddresses: ['SMTP:anna.a@corp.example'] })
    const { full, read, decisions } = await world.sync()
    assert.deepEqual([full, read, decisions], [null, 1, { change: 1, create: 1 }])
    const other = await world.store.directory.findEntry(organization, { address: 'anna@corp.example' })
    assert.equal(other?.source?.guid, guidOf(2))
    assert.equal(other.photo?.type, 'image/jpeg')
  } finally {
    await world.temporary.remove()
  }
})
