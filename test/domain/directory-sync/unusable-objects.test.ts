import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Entry } from '#src/domain/directory/entry.ts'
import { DAY_MS } from '#src/domain/directory/limits.ts'
import { GUARDS } from '#src/domain/directory-sync/guards.ts'
import type { RunReport } from '#src/domain/directory-sync/report.ts'
import { approveRun } from '#src/domain/directory-sync/run.ts'
import { explain } from '#src/domain/directory-sync/why.ts'
import { addressBookOf } from '#test/support/address-book.ts'
import { groupObject, guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { type Synced, synced, syncedBeside } from './synced.ts'

const PROXIES = ['SMTP:anna@corp.example', 'smtp:a.smith@corp.example']
/** A script ran that gave everybody a second primary address. */
const bad = mailboxObject(1, 'anna', { proxyAddresses: [...PROXIES, 'SMTP:anna@new.example'] })

describe('an entry whose object can no longer be one (docs/decisions/0009)', () => {
  let world: Synced
  let anna: Entry
  let spoiled: RunReport
  beforeEach(async () => {
    world = await synced()
    world.directory.put(
      mailboxObject(1, 'anna', { proxyAddresses: PROXIES }),
      groupObject(2, 'all', [guidOf(1)]),
    )
    await world.sync()
    anna = (await find('anna@corp.example'))!
    world.directory.put(bad)
    spoiled = await world.sync()
  })
  afterEach(() => world.temporary.remove())
  const find = (address: string) => world.store.directory.findEntry(world.organization, { address })
  const now = () => world.store.directory.getEntry(world.organization, anna.id)
  const addresses = async () =>
    (await now()).addresses.map(({ address }) => address).filter((address) => address.includes('@'))

  async function assertAsFresh(): Promise<void> {
    const fresh = await syncedBeside(world)
    for (const [guid, object] of world.directory.objects) fresh.directory.objects.set(guid, object)
    await fresh.sync()
    assert.deepEqual(
      await addressBookOf(world.store, world.organization),
      await addressBookOf(world.store, fresh.organization),
    )
  }

  for (const full of [false, true])
    it(`stays as it was when ${full ? 'everything' : 'what changed'} is read, and it is said until when`, async () => {
      world.clock.now += (GUARDS.unusableDays - 1) * DAY_MS
      await world.sync({ full })
      assert.deepEqual(await now(), anna)
      const [about] = await explain(world.store, world.organization, 'anna@corp.example')
      assert.match(
        about!.sentences.join(' '),
        /has 2 primary addresses.*leaves the address book on 2026-11-24/,
      )
    })

  it('is told once as an alert, with the day', async () => {
    assert.match(
      spoiled.alerts!.join('|'),
      /^CN=anna,[^|]* 2 primary addresses [^|]* on 2026-11-24 unless it is mended\.$/,
    )
    assert.equal((await world.sync()).alerts, undefined)
  })

  it('leaves after some days, as a fresh reading has it, and comes back with all that hung on it', async () => {
    world.clock.now += GUARDS.unusableDays * DAY_MS
    assert.deepEqual((await world.sync()).decisions, { delete: 1 })
    await assertAsFresh()
    assert.deepEqual((await world.sync()).decisions, { quarantine: 1 })
    world.directory.put(mailboxObject(1, 'anna', { proxyAddresses: PROXIES }))
    await world.sync()
    assert.equal((await find('anna@corp.example'))?.id, anna.id)
    await assertAsFresh()
  })

  it('has as many days again once it was mended', async () => {
    world.clock.now += (GUARDS.unusableDays - 1) * DAY_MS
    world.directory.put(mailboxObject(1, 'anna', { proxyAddresses: PROXIES }))
    await world.sync()
    world.directory.put(bad)
    world.clock.now += (GUARDS.unusableDays - 1) * DAY_MS
    await world.sync()
    world.clock.now += (GUARDS.unusableDays - 1) * DAY_MS
    await world.sync()
    assert.equal((await now()).state, 'ENABLED')
  })

  it('gives an address to whom it belongs now, and stays with the others', async () => {
    const proxyAddresses = ['SMTP:other@corp.example', 'smtp:a.smith@corp.example']
    world.directory.put(mailboxObject(3, 'other', { proxyAddresses }))
    assert.deepEqual((await world.sync()).decisions, { quarantine: 1, create: 1 })
    assert.equal((await find('a.smith@corp.example'))?.source?.guid, guidOf(3))
    assert.deepEqual(await addresses(), ['anna@corp.example'])
    assert.equal((await now()).state, 'ENABLED')
    const told = await explain(world.store, world.organization, anna.id)
    assert.match(told[0]!.sentences.join(' '), /a\.smith@corp\.example belongs to other now/)
  })

  it('leaves at once when somebody else has the address that it is known by', async () => {
    const proxyAddresses = ['SMTP:anna@corp.example']
    world.directory.put(mailboxObject(3, 'other', { proxyAddresses }))
    assert.deepEqual((await world.sync()).decisions, { delete: 1, create: 1 })
    assert.equal((await find('anna@corp.example'))?.source?.guid, guidOf(3))
    await assertAsFresh()
  })

  it('leaves with everybody whose mailbox is not here when interoperability is turned off', async () => {
    await world.store.organizations.changeSettings(world.organization, { interoperability: false })
    await world.sync()
    assert.equal((await now()).state, 'DELETED')
  })

  it('is approved as it was shown, however late', async () => {
    const many = Array.from({ length: 30 }, (_, at) => mailboxObject(at + 10, `user${at}`))
    world.directory.put(...many)
    await world.sync()
    for (const { guid } of many) world.directory.remove(guid)
    const { run, outcome } = await world.sync()
    assert.equal(outcome, 'waiting')
    world.clock.now += 2 * GUARDS.unusableDays * DAY_MS
    const signal = new AbortController().signal
    assert.equal((await approveRun(world.deps, world.organization, run, { signal })).outcome, 'applied')
    assert.equal((await now()).state, 'ENABLED')
  })

  it('is not there where it was never read as anything else', async () => {
    const fresh = await syncedBeside(world)
    fresh.directory.put(bad)
    assert.deepEqual((await fresh.sync()).decisions, { quarantine: 1 })
    const wanted = { address: 'anna@corp.example' }
    assert.equal(await world.store.directory.findEntry(fresh.organization, wanted), undefined)
  })
})
