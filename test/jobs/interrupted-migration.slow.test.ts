/** Scenario 19 of migration.md 5: what happens to the machine, to its disk and to the server in the middle of a copy. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { putSource } from '#src/domain/migration/engine/steer/steer-project.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { NoRoom } from '#src/domain/refusal.ts'
import { inboxSubjects, type MigrationSite, oldExchange, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const MAILS = 40

/** One mailbox of which a dozen items are copied when `happens` is called. */
async function midway(happens: (site: MigrationSite) => void): Promise<MigrationSite> {
  const site = await start(['anna'], { settings: { pageItems: 10 } })
  const { box, folder } = site.inbox('anna')
  for (let i = 0; i < MAILS; i++) box.addMessage(folder, `mail ${String(i).padStart(2, '0')}`)
  let items = 0
  site.source.before = ({ op }) => {
    if (op === 'item' && ++items === 12) happens(site)
    return fails?.(op)
  }
  return site
}
let fails: ((op: string) => void) | undefined

async function isWhole(site: MigrationSite): Promise<void> {
  await site.until('all is synced', async () => (await site.batch()).state === 'synced', 30_000)
  const subjects = await inboxSubjects(site, 'anna')
  assert.equal(subjects.length, MAILS)
  assert.equal(new Set(subjects).size, MAILS, 'nothing is there twice')
  assert.equal((await site.member('anna')).counts.copied, MAILS)
}

test('a machine that sleeps for a night finds its connection dead, and goes on where it was', async () => {
  fails = undefined
  let asleep = false
  const site = await midway(({ clock }) => {
    // Its lease is over by then as well.
    clock.advance(8 * 3_600_000)
    asleep = true
  })
  let lost = 0
  fails = (op) => {
    if (!asleep || op === 'check' || lost++ >= 2) return
    throw new SourceFailure('transient', 'ECONNRESET', 'The connection was lost.')
  }
  const stop = site.clock.leap(2)
  site.engine()
  await site.start()
  await isWhole(site)
  stop()
  assert.ok(lost > 2, 'the connection was lost')
  assert.deepEqual(site.alerts, [], 'nobody has to do anything')
})

test('a certificate that is another one stops the lane by name and tells once; with the right one it goes on', async () => {
  fails = undefined
  let changed = false
  const site = await midway(() => {
    changed = true
  })
  fails = (op) => {
    if (changed && op !== 'check')
      throw new SourceFailure(
        'refused',
        'SELF_SIGNED_CERT_IN_CHAIN',
        'The certificate is signed by nobody known.',
      )
  }
  const stop = site.clock.leap(2)
  site.engine()
  await site.start()
  await site.until('it waits', async () =>
    (await site.member('anna')).cause.startsWith('server refuses us: The certificate'),
  )
  const began = site.clock.now()
  await site.until('an hour has passed', () => site.clock.now() - began > 3_600_000)
  assert.equal((await site.batch()).state, 'initial-sync', 'nothing is said to be done')
  assert.equal(site.alerts.length, 1)
  changed = false
  await putSource(site.steering(), {
    config: { ...oldExchange, tls: { authorities: 'the new authority' } },
    secret: 'password',
  })
  await isWhole(site)
  stop()
})

test('a disk that is full stops everything by name, asks nobody for anything, and goes on when there is room', async () => {
  fails = undefined
  let full = false
  const fill = (now: boolean) => {
    full = now
  }
  const site = await midway(() => fill(true))
  const { transact } = site.store
  site.freeBytes = async () => (full ? 0 : 2 ** 40)
  site.store.transact = async (scope, work) => {
    if (full) throw new NoRoom('The disk of the data folder is full.')
    return transact(scope, work)
  }
  const engine = site.engine()
  await site.start()
  await site.until('it is known', () => engine.live().noRoom === 'The disk of the data folder is full.')
  await site.until('its lane has ended', () => engine.live().lanes.length === 0)
  const asked = site.source.calls.length
  const stop = site.clock.leap()
  const began = site.clock.now()
  await site.until('an hour has passed', () => site.clock.now() - began > 3_600_000)
  assert.equal(site.source.calls.length, asked, 'nothing was asked for')
  assert.deepEqual(site.alerts, ['The disk of the data folder is full.'])
  fill(false)
  await isWhole(site)
  stop()
  assert.equal(engine.live().noRoom, null)
})

test('a mailbox that is over its quota is copied whole all the same: what grew and what was copied there too', async () => {
  fails = undefined
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  box.addFolder('Andere', { key: 'other' })
  const keys = ['one', 'two', 'three'].map((subject) => box.addMessage(folder, subject))
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const at = { organization: site.organization, mailbox: (await site.member('anna')).mailbox! }
  await site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.setQuota(at, 100),
  )
  box.edit(folder, keys[0]!, { body: 'x'.repeat(5_000) })
  const same = [...box.folder(folder).items.values()].find(({ item }) => item.title === 'two')!
  box.folder('other').items.set('copy', { ...same, key: 'copy', seq: 99 })
  box.folder('other').journal.push({ kind: 'item', key: 'copy' })
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until(
    'it has moved, or says why not',
    async () => (await site.batch()).state === 'done' || (await site.member('anna')).cause !== '',
  )
  const { cause, counts } = await site.member('anna')
  assert.deepEqual([cause, counts.copied, counts.skipped], ['', 4, 0])
  assert.deepEqual((await inboxSubjects(site, 'anna')).sort(), ['one', 'three', 'two'])
})

test('a password that ends in mid-copy pauses its source by name; with the new one it goes on at once', async () => {
  fails = undefined
  let isOld = false
  const site = await midway(() => {
    isOld = true
  })
  fails = () => {
    if (isOld) throw new SourceFailure('refused', '401', 'The password has expired.')
  }
  site.engine()
  await site.start()
  await site.until('it waits', async () =>
    (await site.member('anna')).cause.startsWith('server refuses us: The password has expired.'),
  )
  const asked = site.source.calls.length
  for (let minute = 0; minute < 60; minute++) {
    site.clock.advance(60_000)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  assert.ok(site.source.calls.length - asked <= 24, `${site.source.calls.length - asked} calls in an hour`)
  assert.equal(site.alerts.length, 1)
  isOld = false
  await putSource(site.steering(), { config: oldExchange, secret: 'the new one' })
  await isWhole(site)
})

test('nobody else may begin with a mailbox until the connection to its source is closed, however a pass ends', async () => {
  let busy = 0
  fails = (op) => {
    if (op !== 'item' || busy++ !== 20) return
    throw new SourceFailure('throttled', 'ErrorServerBusy', 'It is busy.', { backOffMs: 3_600_000 })
  }
  const site = await midway(() => undefined)
  const { box } = site.inbox('anna')
  const leased: boolean[] = []
  let closed = 0
  box.close = async () => {
    closed++
    const { counts, leasedUntil } = await site.member('anna')
    // Before that it was the pre-flight that looked into it.
    if (counts.copied > 0) leased.push(leasedUntil !== null)
  }
  const stop = site.clock.leap(2)
  site.engine()
  await site.start()
  await isWhole(site)
  stop()
  assert.ok(busy > 20, 'a pass was given up')
  assert.ok(leased.length >= 2, `${leased.length} passes`)
  assert.deepEqual(new Set(leased), new Set([true]))
  await site.until('every connection is closed', () => closed === site.source.count('open'))
})
