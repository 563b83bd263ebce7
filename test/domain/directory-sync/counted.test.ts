import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { noCounts } from '#src/domain/directory-sync/report.ts'
import { approveRun } from '#src/domain/directory-sync/run.ts'
import { groupObject, guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { type Synced, synced } from './synced.ts'

let world: Synced
before(async () => {
  world = await synced()
  world.directory.put(
    mailboxObject(1, 'anna'),
    mailboxObject(2, 'bert'),
    mailboxObject(3, 'room', { type: 'room' }),
    mailboxObject(4, 'beamer', { type: 'equipment' }),
    mailboxObject(5, 'carl', { type: 'contact', hasMailbox: false, targetAddress: 'SMTP:carl@else.example' }),
    mailboxObject(6, 'dora', { proxyAddresses: [] }),
    groupObject(7, 'all', [guidOf(1)]),
    groupObject(8, 'whoever', [], { type: 'dynamic-group', members: null }),
  )
  await world.sync()
})
after(() => world.temporary.remove())

const counts = async () => (await world.store.directorySync.findSync(world.organization))!.state.counts
const there = { ...noCounts, user: 2, room: 1, equipment: 1, contact: 1, group: 1, other: 1 }

it('a first run counts what it brings', async () => {
  assert.deepEqual(await counts(), there)
})

it('a run that reads everything counts what is there, whatever was believed', async () => {
  const { state } = (await world.store.directorySync.findSync(world.organization))!
  await world.store.transact({ organization: world.organization }, ({ directorySync }) =>
    directorySync.saveSync(world.organization, {
      state: { ...state, counts: { ...there, user: 4, group: 2 } },
    }),
  )
  world.directory.put(mailboxObject(9, 'emil'))
  await world.sync({ full: true })
  assert.deepEqual(await counts(), { ...there, user: 3 })
})

it('who has moved here is counted no more among those elsewhere', async () => {
  const bert = await world.store.directory.findEntry(world.organization, { address: 'bert@corp.example' })
  await world.store.transact({ organization: world.organization }, ({ directory }) =>
    directory.saveEntry(world.organization, { ...bert!, home: 'local', target: null }),
  )
  world.directory.remove(guidOf(2))
  await world.sync({ full: true })
  assert.deepEqual(await counts(), there)
})

it('what is put into place is never more than was announced', async () => {
  const shown: { done: number; total: number }[] = []
  for (let no = 20; no < 140; no++) world.directory.put(mailboxObject(no, `user${no}`))
  await world.sync()
  // Two by two they swap their addresses, so that all of them release something first.
  for (let no = 20; no < 140; no++)
    world.directory.change(guidOf(no), { proxyAddresses: [`SMTP:user${no ^ 1}@corp.example`] })
  const report = await world.sync({
    report: (progress) => {
      if (progress.what === 'Putting into place') shown.push(progress)
    },
  })
  assert.equal(report.outcome, 'waiting')

  const signal = new AbortController().signal
  await approveRun(world.deps, world.organization, report.run, {
    signal,
    report: (progress) => {
      if (progress.what === 'Putting into place') shown.push(progress)
    },
  })
  // And one who is quarantined is looked at in each run.
  assert.ok(shown.length > 0)
  assert.deepEqual(new Set(shown.map(({ total }) => total)), new Set([362]))
  assert.ok(
    shown.every(({ done, total }) => done <= total),
    JSON.stringify(shown),
  )
})
