import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newEntryId } from '#src/base/ids.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { exchangeUser, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const MAILBOXES = 10_000
const LOOKS = 10
const LOOK_MS = 60_000

test('ten thousand mailboxes between two deltas take at most a hundredth of a processor', async () => {
  const site = await start([])
  const { organization, store } = site
  const names = Array.from({ length: MAILBOXES }, (_, at) => `user${at}`)
  for (let from = 0; from < MAILBOXES; from += 500) {
    const some = names.slice(from, from + 500)
    await store.transact({ organization }, async ({ directory }) => {
      for (const name of some)
        await directory.createEntry(organization, { ...exchangeUser(name), id: newEntryId() })
    })
    const added = some.map((name) => ({ address: `${name}@corp.example`, batch: 1, source: 'old' }))
    const members = await addMembers(site.steering(), added)
    const dueAt = site.clock.now() + 24 * 3_600_000
    await store.transact({ organization }, async ({ migration }) => {
      for (const member of members)
        await migration.putMember(organization, { ...member, state: 'synced', pass: 1, dueAt })
    })
  }
  const batch = await site.batch()
  await store.transact({ organization }, ({ migration }) =>
    migration.putBatch(organization, { ...batch, state: 'synced' }),
  )
  site.engine()
  const asleep = () => site.clock.next === site.clock.now() + LOOK_MS
  await site.until('it has looked', asleep)
  site.pass(LOOK_MS)
  await site.until('it has looked again', asleep)
  const before = process.cpuUsage()
  for (let look = 0; look < LOOKS; look++) {
    site.pass(LOOK_MS)
    await site.until('it has looked again', asleep)
  }
  const { user, system } = process.cpuUsage(before)
  const share = (user + system) / 1_000 / (LOOKS * LOOK_MS)
  assert.ok(share <= 0.01, `${(100 * share).toFixed(2)} %`)
  assert.equal(site.source.calls.length, 0)
})
