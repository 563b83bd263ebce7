import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { EntryId } from '#src/base/ids.ts'
import type { NewEntry } from '#src/domain/directory/entry.ts'
import { freshEntry } from '#src/domain/directory/entry-changes.ts'
import { groupObject, guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { type Synced, synced } from './synced.ts'

/** It is decided about while it is read, and put into place many at once: what moves meanwhile must not be lost. */
describe('a first run', () => {
  let at: Synced
  const found = (address: string) => at.store.directory.findEntry(at.organization, { address })
  const known = (no: number) => at.store.directorySync.findKnown(at.organization, { guid: guidOf(no) })

  const each = (name: string, body: () => Promise<void>) =>
    describe(name, () => {
      before(async () => {
        at = await synced()
      })
      after(() => at.temporary.remove())
      it('ends as reading everything again says', async () => {
        await body()
        assert.equal((await at.sync({ full: true })).outcome, 'unchanged')
      })
    })

  each('with several who want one address', async () => {
    const older = { madeAt: '20200101000000.0Z' }
    const younger = { madeAt: '20210101000000.0Z' }
    at.directory.put(
      mailboxObject(1, 'early', { ...addressed('late'), ...younger }),
      mailboxObject(9, 'late', older),
    )
    at.directory.put(groupObject(2, 'both', [guidOf(9), guidOf(1)]))
    const { decisions } = await at.sync()
    assert.deepEqual(decisions, { create: 2, quarantine: 1 })
    assert.equal((await found('late@corp.example'))?.source?.guid, guidOf(9), 'who was made first')
    const { state, note } = (await known(1))!
    assert.equal(state, 'quarantined')
    assert.match(note.reason!, /late@corp\.example belongs to/)
  })

  each('during which one goes', async () => {
    at.directory.batch = 5
    for (let no = 1; no <= 20; no++) at.directory.put(mailboxObject(no, `user${no}`))
    let batches = 0
    at.directory.onBatch = () => {
      if (++batches === 4) at.directory.remove(guidOf(3))
    }
    const { decisions } = await at.sync()
    assert.deepEqual(decisions, { create: 19 })
    assert.equal(await found('user3@corp.example'), undefined)
    const { state } = (await at.store.directorySync.findSync(at.organization))!
    assert.equal(state.counts.user, 19)
  })

  each('during which names and addresses are taken here', async () => {
    at.directory.put(...[1, 2, 3, 4].map((no) => mailboxObject(no, `user${no}`)))
    at.directory.put(
      mailboxObject(5, 'user5', {
        proxyAddresses: ['SMTP:user5@corp.example', 'smtp:fifth@corp.example'],
      }),
    )
    const read = at.directory.read.bind(at.directory)
    at.directory.read = async (options) => {
      const reading = await read(options)
      return {
        ...reading,
        async *keys() {
          // Everybody has been decided about, and nobody is put into place.
          if (reading.full === 'first-run') await takeHere()
          yield* reading.keys()
        },
      }
    }
    const takeHere = () =>
      at.store.transact({ organization: at.organization }, async ({ directory }) => {
        await directory.createEntry(at.organization, local('somebody', 'user2@corp.example'))
        await directory.createEntry(at.organization, local('another', 'fifth@corp.example'))
        await directory.createEntry(at.organization, local('user4', 'else@corp.example'))
      })
    assert.deepEqual((await at.sync()).decisions, { create: 5 })
    const { state, object } = (await known(2))!
    assert.equal(state, 'quarantined')
    const others = [{ kind: 'x500', address: object!.legacyDn! }] as const
    assert.deepEqual(await at.store.directorySync.ownersOf(at.organization, others), [undefined])
    assert.equal((await found('user2@corp.example'))?.name, 'somebody')
    assert.equal((await found('user4@corp.example'))?.name, `user4 (${guidOf(4)})`)
    assert.equal((await known(4))?.state, 'imported')
    assert.equal((await known(5))?.state, 'partial')
    assert.equal((await found('user5@corp.example'))?.source?.guid, guidOf(5))
    assert.equal((await found('fifth@corp.example'))?.name, 'another')
    for (const no of [1, 3]) assert.equal((await found(`user${no}@corp.example`))?.source?.guid, guidOf(no))
    await at.sync()
  })
})

const addressed = (name: string) => ({ proxyAddresses: [`SMTP:${name}@corp.example`] })

function local(name: string, address: string): NewEntry {
  return {
    ...freshEntry(randomUUID() as EntryId, name, name, 0),
    kind: 'user',
    role: 'USER',
    identityProviderUserId: null,
    addresses: [{ kind: 'primary', address }],
  }
}
