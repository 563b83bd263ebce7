/** `gal why` while a run is under way: what is told is what was before, and says so. */
import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import type { EntryId } from '#src/base/ids.ts'
import { duringRun, explain } from '#src/domain/directory-sync/why.ts'
import { mailboxObject } from '#test/support/memory-directory.ts'
import { type Synced, synced } from './synced.ts'

let world: Synced
before(async () => {
  world = await synced()
})
after(() => world.temporary.remove())

const during = async () =>
  duringRun(await world.store.directorySync.findSync(world.organization), world.clock.now)

it('says that a run is under way, and nothing of the kind before and after it', async () => {
  const { directory } = world
  directory.put(mailboxObject(1, 'anna'))
  assert.equal(await during(), undefined)
  const told: (string | undefined)[] = []
  directory.onBatch = async () => void told.push(await during())
  await world.sync()
  directory.onBatch = () => undefined
  assert.equal(told.length, 1)
  assert.match(told[0]!, /^A run is under way just now and may change this/)
  assert.equal(await during(), undefined)
})

it('has a sentence for who comes into the book with the run that is being put into place', async () => {
  const { directory, store, organization } = world
  const anna = mailboxObject(1, 'anna')
  directory.put(anna)
  await world.sync()
  const known = (await store.directorySync.findKnown(organization, { guid: anna.guid }))!
  const ask = () => explain(store, organization, anna.place)
  const coming = '00000000-0000-4000-8000-000000000001' as EntryId
  await store.directorySync.atOnce(organization, async (transact) => {
    await transact(async ({ sync }) => {
      await sync.saveSync(organization, { applying: 99, applyingAt: null })
      await sync.setEntry(organization, anna.guid, coming)
    })
    assert.match((await during())!, /^A run is being put into place just now; until it has ended/)
    assert.deepEqual((await ask())[0]?.sentences, [
      'It comes into the address book with the run that is being put into place.',
    ])
    await transact(async ({ sync }) => {
      await sync.setEntry(organization, anna.guid, known.entry)
      await sync.saveSync(organization, { applying: null, applyingAt: null })
    })
  })
  assert.deepEqual((await ask())[0]?.sentences, ['It is in the address book.'])
})
