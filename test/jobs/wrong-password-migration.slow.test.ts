/** A name or password that a source does not take: it is tried as seldom as can be, since an account is locked after some times. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { putBatch, resumeBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { putSource } from '#src/domain/migration/engine/steer/steer-project.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { type MigrationSite, oldExchange, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const HOUR = 3_600_000
const people = Array.from({ length: 12 }, (_, at) => `user${at}`)
const refused = () =>
  new SourceFailure('refused', 'credentials', 'old.example refused the credentials of svc.', {
    ofSignIn: true,
  })

const waitFor = async (site: MigrationSite, ms: number) => {
  for (let gone = 0; gone < ms; gone += 60_000) {
    site.clock.advance(60_000)
    for (let at = 0; at < 5; at++) await turn()
  }
}

test('lanes that begin at once try a wrong password once, again after minutes, and then wait for another one', async () => {
  const site = await start(people)
  let isWrong = false
  let tried = 0
  site.source.before = async () => {
    await turn()
    if (!isWrong) return
    tried++
    throw refused()
  }
  const engine = site.engine()
  // Hours after the pre-flight all of them begin at once.
  await putBatch(site.steering(), { no: 1, name: 'night', startAfter: site.clock.now() + 8 * HOUR })
  await site.start()
  await site.until('it waits', async () => (await site.batch()).cause.startsWith('It starts after'))
  isWrong = true
  site.pass(8 * HOUR)
  const isTold = async () =>
    (await site.members()).every(({ cause }) => cause.startsWith('server refuses us: old.example refused'))
  await site.until('every mailbox waits by name', isTold)
  await site.until('no lane is left', () => engine.live().lanes.length === 0)
  assert.equal(tried, 1)
  assert.equal(site.alerts.length, 1)
  site.pass(5 * 60_000)
  await site.until('it is tried again', () => tried === 2)
  await site.until('no lane is left', () => engine.live().lanes.length === 0)
  await waitFor(site, 20 * HOUR)
  assert.equal(tried, 2)
  assert.match((await site.member('user0')).cause, /migrate source/)
  isWrong = false
  await putSource(site.steering(), { config: oldExchange, secret: 'the right one' })
  // Somebody may have set a mailbox aside in that moment: it looks again within minutes.
  const stop = site.clock.leap()
  await site.until('all is copied', async () => (await site.batch()).state === 'synced')
  stop()
})

test('a password that stops being taken while lanes run ends them, and no more than were under way have tried it', async () => {
  const site = await start(people, { settings: { lanes: 4 } })
  for (const name of people)
    for (let at = 0; at < 5; at++) site.inbox(name).box.addMessage(site.inbox(name).folder, `mail ${at}`)
  let tried = 0
  site.source.before = async ({ op }) => {
    await turn()
    // Each call is an attempt, and items come within one.
    if (op === 'item' || site.source.count('items') < 3) return
    tried++
    throw refused()
  }
  const engine = site.engine()
  await site.start()
  await site.until('it is refused', () => site.alerts.length === 1)
  await site.until('no lane is left', () => engine.live().lanes.length === 0)
  const before = tried
  assert.ok(before <= site.source.connections, `${before} attempts`)
  site.pass(5 * 60_000)
  await site.until('it is tried again', () => tried > before)
  await site.until('no lane is left', () => engine.live().lanes.length === 0)
  await waitFor(site, HOUR)
  assert.equal(tried, before + 1)
})

test('a pre-flight tries a wrong password with one mailbox and says so once', async () => {
  const site = await start(people)
  let tried = 0
  site.source.before = async ({ mailbox }) => {
    await turn()
    if (mailbox === '') return
    tried++
    throw refused()
  }
  site.engine()
  await site.start()
  await site.until('it has failed', async () => (await site.batch()).cause !== '')
  const { state, cause, preflight } = await site.batch()
  assert.equal(state, 'planned')
  assert.equal(tried, 1)
  const failed = preflight!.lines.filter((line) => line.state === 'failed')
  assert.deepEqual(
    failed.map(({ name }) => name),
    ['sign-in'],
  )
  assert.match(cause, /1 fault: .*refused the credentials/)
})

for (const when of ['alone', 'while others sign in with the new one'])
  test(`a call that was under way with the old password, ${when}, holds nobody up`, async () => {
    const site = await start(people.slice(0, 4), { settings: { lanes: when === 'alone' ? 1 : 2 } })
    const gate = Promise.withResolvers<void>()
    let isHeld = false
    let asked = 0
    site.source.before = async ({ op }) => {
      const isOfLane = engines[0] !== undefined && engines[0].live().lanes.length > 0
      // The first of them shows that the name and password are taken.
      if (op !== 'folders' || !isOfLane || isHeld || ++asked < 2) return
      isHeld = true
      await gate.promise
      throw refused()
    }
    const engine = site.engine()
    const engines = [engine]
    await site.start()
    await site.until('a call is under way', () => isHeld)
    if (when !== 'alone') await site.until('the others are through', () => site.source.count('changes') > 1)
    site.clock.advance(1_000)
    await putSource(site.steering(), { config: oldExchange, secret: 'another one' })
    if (when !== 'alone') await site.until('others sign in anew', () => engine.live().lanes.length === 1)
    gate.resolve()
    const since = site.clock.now()
    await site.until('all is copied', async () => (await site.batch()).state === 'synced')
    assert.ok(site.clock.now() - since < 60_000)
    assert.equal(engine.live().servers[0]!.trouble, null)
  })

test('a refused sign-in that was put right at the source itself is asked anew by resume and by a new engine', async () => {
  const site = await start(['anna'])
  let isWrong = false
  site.source.before = async ({ mailbox }) => {
    await turn()
    if (isWrong && mailbox !== '') throw refused()
  }
  const engine = site.engine()
  await putBatch(site.steering(), { no: 1, name: 'night', startAfter: site.clock.now() + 8 * HOUR })
  await site.start()
  await site.until('it waits', async () => (await site.batch()).cause.startsWith('It starts after'))
  await assert.rejects(resumeBatch(site.steering(), 1), /none of its mailboxes waits for a source/)
  isWrong = true
  site.pass(8 * HOUR)
  await site.until('it is refused', async () => (await site.member('anna')).idle === 'server refuses us')
  assert.match((await site.member('anna')).cause, /landbridge migrate resume/)
  await site.until('no lane is left', () => engine.live().lanes.length === 0)
  isWrong = false
  const since = site.clock.now()
  assert.deepEqual((await resumeBatch(site.steering(), 1)).asked, ['old'])
  await site.until('all is copied', async () => (await site.batch()).state === 'synced')
  assert.ok(site.clock.now() - since < 60_000)
})

test('a source that has copied keeps its kind, and says what it has no more', async () => {
  const site = await start(['anna'])
  const again = { config: oldExchange, secret: 'password' }
  assert.deepEqual(await putSource(site.steering(), again), { dropped: [], changed: false })
  assert.deepEqual(
    await putSource(site.steering(), {
      config: { ...oldExchange, url: 'https://new.example', user: null },
      secret: null,
    }),
    { dropped: ['the account', 'the password'], changed: true },
  )
  await putSource(site.steering(), again)
  site.engine()
  await site.start()
  await site.until('all is copied', async () => (await site.batch()).state === 'synced')
  const other = { config: { ...oldExchange, kind: 'imap', url: 'imaps://old.example' } as const, secret: 'x' }
  await assert.rejects(putSource(site.steering(), other), /is of kind exchange and has brought mailboxes/)
})

test('what waits for a source that could not be opened is due once the source is given', async () => {
  const site = await start(['anna'])
  const member = await site.member('anna')
  const cause = 'Source "old" has no user or no password. Give both.'
  const dueAt = site.clock.now() + HOUR
  await site.store.transact({ organization: site.organization }, ({ migration }) =>
    migration.putMember(site.organization, { ...member, dueAt, idle: 'trying again', cause }),
  )
  await putSource(site.steering(), { config: oldExchange, secret: 'password' })
  assert.equal((await site.member('anna')).dueAt, site.clock.now())
})
