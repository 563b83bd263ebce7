import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { newEntryId } from '#src/base/ids.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { changeSettings } from '#src/domain/migration/engine/steer/steer-project.ts'
import { exchangeUser, type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const people = ['anna', 'ben', 'cleo', 'dora']
const databases: Readonly<Record<string, string>> = { anna: 'DB1', ben: 'DB1', cleo: 'DB2', dora: 'DB2' }

/** Every mailbox waits at its items until it is let go. */
async function held(site: MigrationSite) {
  let open = false
  const waiting: (() => void)[] = []
  const seen: string[][] = []
  for (const name of people)
    for (let i = 0; i < 5; i++) site.inbox(name).box.addMessage(site.inbox(name).folder, `${name} ${i}`)
  const engine = site.engine()
  const atWork = () => engine.live().lanes.filter(({ draining }) => !draining)
  site.source.before = async ({ op, mailbox }) => {
    if (op === 'check' || op === 'item') return
    seen.push(engine.live().lanes.map(({ address }) => address.split('@')[0]!))
    if (op === 'items' && !open && mailbox !== '') await new Promise<void>((go) => waiting.push(go))
  }
  return {
    atWork,
    seen,
    waits: () => waiting.length,
    letGo() {
      open = true
      for (const go of waiting.splice(0)) go()
    },
  }
}

const allSynced = (site: MigrationSite) =>
  site.until('it is synced', async () => (await site.batch()).state === 'synced')

test('so many mailboxes of each database are worked on at once, and the cap can be changed meanwhile', async () => {
  const site = await start(people, { settings: { databaseLanes: 1 } })
  for (const name of people) {
    const member = await site.member(name)
    await site.store.transact({ organization: site.organization }, ({ migration }) =>
      migration.putMember(site.organization, { ...member, database: databases[name] }),
    )
  }
  const { atWork, seen, waits, letGo } = await held(site)
  await site.start()
  await site.until('one of each database is read', () => waits() === 2)
  assert.equal(atWork().length, 2)
  for (const names of seen)
    assert.ok(new Set(names.map((name) => databases[name])).size === names.length, names.join())
  await changeSettings(site.steering(), { databaseLanes: null })
  await site.until('the others are read too', () => waits() === 4)
  letGo()
  await allSynced(site)
})

test('fewer mailboxes at once hold within seconds: those that are too many end, and come later', async () => {
  const site = await start(people)
  const { atWork, waits, letGo } = await held(site)
  await site.start()
  await site.until('all four are read', () => waits() === 4)
  const first = atWork()[0]!.address
  await changeSettings(site.steering(), { lanes: 1 })
  await site.until('three of them come to their end', () => atWork().length === 1)
  assert.equal(atWork()[0]!.address, first, 'the first to have begun goes on')
  letGo()
  await allSynced(site)
  for (const name of people) assert.equal((await site.member(name)).counts.copied, 5)
})

test('a speed over all sources slows every mailbox of the project, and is taken away while it waits', async () => {
  const site = await start(people, { settings: { bytesPerSecond: 1, pageItems: 1 } })
  const { atWork, waits, letGo } = await held(site)
  letGo()
  await site.start()
  const limited = () => atWork().filter(({ idle }) => idle === 'speed limit').length
  await site.until('they wait for the rate', () => limited() > 0)
  assert.equal(waits(), 0)
  assert.notEqual((await site.batch()).state, 'synced')
  await changeSettings(site.steering(), { bytesPerSecond: null })
  const stop = site.clock.leap(1)
  await allSynced(site)
  stop()
})

test('a thousand mailboxes for which their source has no place cost a look few transactions', async () => {
  const site = await start([], { settings: { lanes: 2, caps: { old: { lanes: 1 } } } })
  const { organization, store } = site
  const names = Array.from({ length: 1_000 }, (_, at) => `user${at}`)
  await store.transact({ organization }, async ({ directory }) => {
    for (const name of names)
      await directory.createEntry(organization, { ...exchangeUser(name), id: newEntryId() })
  })
  const added = names.map((name) => ({ address: `${name}@corp.example`, batch: 1, source: 'old' }))
  const members = [
    ...(await addMembers(site.steering(), added.slice(0, 500))),
    ...(await addMembers(site.steering(), added.slice(500))),
  ]
  const dueAt = site.clock.now()
  await store.transact({ organization }, async ({ migration }) => {
    for (const member of members)
      await migration.putMember(organization, { ...member, state: 'synced', pass: 1, dueAt })
  })
  const batch = await site.batch()
  await store.transact({ organization }, ({ migration }) =>
    migration.putBatch(organization, { ...batch, state: 'synced' }),
  )
  site.source.before = async ({ op }, signal) => {
    if (op === 'open') await once(signal, 'abort')
  }
  let transactions = 0
  const { transact } = store
  store.transact = (scope, work) => {
    transactions++
    return transact(scope, work)
  }
  const engine = site.engine()
  const later = async () => {
    const { rows } = await store.migration.listMembers(organization, batch.project, { limit: 1_000 })
    return rows.filter((member) => (member.dueAt ?? 0) > dueAt).length
  }
  await site.until('all but one are looked at later', async () => (await later()) === 999)
  assert.equal(engine.live().lanes.length, 1)
  assert.ok(transactions < 50, `${transactions}`)
})
