/** Scenario 19 of migration.md 5: what happens to the machine and to the server in the middle of a copy. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { putSource } from '#src/domain/migration/engine/steer-project.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
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
