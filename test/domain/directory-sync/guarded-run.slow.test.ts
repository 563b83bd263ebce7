import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { tookMs } from '#src/domain/directory-sync/report.ts'
import { approveRun } from '#src/domain/directory-sync/run.ts'
import { rejectRun } from '#src/domain/directory-sync/waiting-run.ts'
import { addressBookOf } from '#test/support/address-book.ts'
import { groupObject, guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { type Synced, synced } from './synced.ts'

const never = new AbortController().signal

describe('a run that would change too much', () => {
  let world: Synced
  before(async () => {
    world = await synced()
    for (let no = 1; no <= 100; no++) world.directory.put(mailboxObject(no, `user${no}`))
    world.directory.put(
      groupObject(
        200,
        'team',
        Array.from({ length: 40 }, (_, no) => guidOf(no + 1)),
      ),
    )
    await world.sync()
  })
  after(() => world.temporary.remove())
  const count = async () => (await addressBookOf(world.store, world.organization)).size
  const waiting = async () => (await world.store.directorySync.findSync(world.organization))?.waiting

  it('changes nothing and waits; approved, it does what was shown', async () => {
    for (let no = 60; no <= 90; no++) world.directory.remove(guidOf(no))
    world.directory.photosOf.set(guidOf(1), Buffer.from('ffd8ffe000104a464946', 'hex'))
    world.directory.change(guidOf(1), { hasPhoto: true })
    const report = await world.sync()
    assert.equal(report.outcome, 'waiting')
    assert.equal(report.blocked.length, 1)
    assert.equal(await count(), 101)
    assert.equal(await waiting(), report.run)
    const shown = await world.store.directorySync.listStaged(world.organization, report.run, {
      only: { decisions: ['delete'] },
      after: null,
      limit: 100,
    })
    assert.equal(shown.rows.length, 31)
    const twoDaysLater = { ...world.deps, now: () => world.deps.now() + 2 * 86_400_000 }
    const approved = await approveRun(twoDaysLater, world.organization, report.run, { signal: never })
    assert.equal(approved.outcome, 'applied')
    assert.ok(tookMs(approved) < 3_600_000, `${tookMs(approved)} ms, without the time it waited`)
    const after = await world.store.directorySync.findSync(world.organization)
    assert.ok(after!.lastRunMs! < 3_600_000, `${after!.lastRunMs} ms`)
    assert.equal(await count(), 70)
    assert.equal(await waiting(), null)
    const next = await world.sync()
    assert.deepEqual([next.outcome, next.full], ['unchanged', null], 'only what changed is read')
    const pictured = await world.store.directory.findEntry(world.organization, {
      address: 'user1@corp.example',
    })
    assert.ok(pictured?.photo, 'photos come with the run after the one that was approved')
  })

  it('is refused when it would do something else by now, and then shows that', async () => {
    const kept = [...world.directory.objects.values()]
    for (let no = 20; no <= 45; no++) world.directory.remove(guidOf(no))
    const { run } = await world.sync()
    const moved = await world.store.directory.findEntry(world.organization, {
      address: 'user20@corp.example',
    })
    await world.store.transact({ organization: world.organization }, ({ directory }) =>
      directory.saveEntry(world.organization, { ...moved!, home: 'local' }),
    )
    await assert.rejects(
      approveRun(world.deps, world.organization, run, { signal: never }),
      /Look at it again/,
    )
    assert.equal(await count(), 70)
    const early: Promise<void>[] = []
    const { run: next } = await world.sync({
      report: () => {
        const rejecting = () => rejectRun(world.deps, world.organization, run)
        if (early.length === 0) early.push(assert.rejects(rejecting(), { reason: 'try-later' }))
      },
    })
    await Promise.all(early)
    await rejectRun(world.deps, world.organization, next)
    assert.equal(await waiting(), null)
    await assert.rejects(approveRun(world.deps, world.organization, run, { signal: never }), /No run waits/)
    for (const object of kept) world.directory.put(object)
    await world.sync()
    assert.equal(await count(), 70)
  })

  it('holds a group that loses most of its members until the next run says the same', async () => {
    const members = async () =>
      [(await addressBookOf(world.store, world.organization)).get(guidOf(200))?.members].flat().length
    world.directory.change(guidOf(200), { members: [{ guid: guidOf(1) }] })
    assert.equal((await world.sync()).decisions.hold, 1)
    assert.equal(await members(), 40)
    await world.sync()
    assert.equal(await members(), 1)
    assert.equal((await world.sync()).outcome, 'unchanged')
  })

  it('shows a dry run and changes nothing', async () => {
    world.directory.put(mailboxObject(300, 'dry'))
    const report = await world.sync({ dryRun: true })
    assert.equal(report.outcome, 'dry-run')
    assert.deepEqual(report.decisions, { create: 1 })
    assert.equal(await count(), 70)
    assert.equal((await world.sync()).decisions.create, 1)
  })

  it('gives a group that it holds everything else at once, and its address to who has it now', async () => {
    const group = async () => (await addressBookOf(world.store, world.organization)).get(guidOf(200))
    const proxyAddresses = ['SMTP:all@corp.example', 'smtp:staff@corp.example']
    const everybody = Array.from({ length: 40 }, (_, no) => ({ guid: guidOf(no + 1) }))
    world.directory.change(guidOf(200), { proxyAddresses, members: everybody })
    await world.sync()
    const members = [{ guid: guidOf(1) }, { guid: guidOf(301) }]
    const all = { members, proxyAddresses: ['SMTP:all@corp.example'], displayName: 'Everybody' }
    world.directory.change(guidOf(200), { ...all, manager: { guid: guidOf(2) } })
    world.directory.put(mailboxObject(301, 'staff'))
    assert.deepEqual((await world.sync()).decisions, { create: 1, hold: 1 })
    const held = (await group())!
    assert.deepEqual([held.displayName, held.manager], ['Everybody', guidOf(2)])
    assert.equal((held.members as unknown[]).length, 40)
    const owner = await world.store.directory.findEntry(world.organization, { address: 'staff@corp.example' })
    assert.equal(owner?.source?.guid, guidOf(301))
    await world.sync()
    assert.deepEqual((await group())!.members, [guidOf(1), guidOf(301)].toSorted())
    assert.deepEqual((await world.temporary.care.check({ bodies: false })).findings, [])
  })
})
