import assert from 'node:assert/strict'
import { it } from 'node:test'
import { fewPhotos, owedAfter } from '#src/domain/directory-sync/photos.ts'
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

it('photos that are owed are known by name while they are few; else everything is read for them', async () => {
  const names = (from: number, count: number) => Array.from({ length: count }, (_, at) => guidOf(from + at))
  const named = (from: number, count: number) => ({ namesPhotos: true, ...fewPhotos(names(from, count)) })
  const all = { owesPhotos: true, owedPhotos: [] }
  assert.deepEqual(owedAfter({}, { namesPhotos: false, photos: [] }), {})
  assert.deepEqual(owedAfter({}, named(1, 500)), { owedPhotos: names(1, 500) })
  assert.deepEqual(owedAfter({}, named(1, 501)), all)
  assert.deepEqual(owedAfter({ owedPhotos: names(1, 300) }, named(201, 300)), { owedPhotos: names(1, 500) })
  assert.deepEqual(owedAfter({ owedPhotos: names(1, 300) }, named(202, 300)), all)
  assert.deepEqual(owedAfter({ owesPhotos: true }, named(1, 1)), all)
  // As a run of an earlier release left it.
  assert.deepEqual(owedAfter({}, { namesPhotos: true }), all)

  const world = await synced()
  try {
    const { directory, store, organization } = world
    directory.put(mailboxObject(1, 'anna'))
    await world.sync()
    await store.transact({ organization }, async ({ directorySync }) => {
      const { state } = (await directorySync.findSync(organization))!
      await directorySync.saveSync(organization, { state: { ...state, owesPhotos: true } })
    })
    assert.equal((await world.sync()).full, 'photos')
    assert.equal((await world.sync()).full, null)
  } finally {
    await world.temporary.remove()
  }
})
