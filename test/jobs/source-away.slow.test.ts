/** A source that is out of reach before anything is copied: when it is asked again, and what somebody may do meanwhile. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { RunMigrations } from '#jobs/run-migrations.ts'
import type { Project } from '#src/domain/migration/engine/project/project.ts'
import { advanceBatch } from '#src/domain/migration/engine/steer/advance.ts'
import { pauseBatch, resumeBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { putSource } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { MailboxSource, SourceCheck } from '#src/domain/migration/source.ts'
import { type FailureKind, SourceFailure } from '#src/domain/migration/source-failure.ts'
import { openSpool, SpoolRoom } from '#src/platform/spool/spool.ts'
import { type MigrationSite, oldExchange, openSites } from '#test/support/migration-site.ts'

const start = openSites()

/** A pre-flight as the engine makes it, and how often its source was opened. */
function checks(site: MigrationSite, open: () => Promise<MailboxSource>) {
  const opened = { times: 0 }
  const { store } = site
  const advance = async () => {
    const deps = {
      store,
      openSource: (_: Project, _source: string) => {
        opened.times++
        return open()
      },
      now: () => site.clock.now(),
      signal: new AbortController().signal,
    }
    await advanceBatch(deps, await site.current(), 1)
    return site.batch()
  }
  return { opened, advance }
}

const away = async (): Promise<never> => {
  throw new SourceFailure('transient', 'ECONNREFUSED', 'Nobody answers.')
}

test('one that cannot be opened is asked again after 1, 2, 5, 10 and 15 minutes, and not between', async () => {
  const site = await start(['anna'])
  await site.start()
  const { opened, advance } = checks(site, away)
  for (const [at, minutes] of [1, 2, 5, 10, 15, 15].entries()) {
    const { state, preflight } = await advance()
    assert.deepEqual(
      [state, preflight!.retry],
      ['preflight', { attempts: at + 1, at: site.clock.now() + minutes * 60_000 }],
    )
    const { times } = opened
    site.clock.advance(minutes * 60_000 - 1)
    await advance()
    assert.equal(opened.times, times)
    site.clock.advance(1)
  }
})

test('whoever lets its batch go on need not wait, and is told where nothing waits', async () => {
  const site = await start(['anna'])
  await site.start()
  const { opened, advance } = checks(site, away)
  const { preflight } = await advance()
  assert.equal(opened.times, 1)
  const resumed = await resumeBatch(site.steering(), 1)
  assert.deepEqual([resumed.state, resumed.cause], ['preflight', ''])
  assert.equal((await advance()).preflight!.retry!.attempts, preflight!.retry!.attempts + 1)
  assert.equal(opened.times, 2)
  // Also one that was paused meanwhile.
  await pauseBatch(site.steering(), 1)
  await resumeBatch(site.steering(), 1)
  await advance()
  assert.equal(opened.times, 3)
  // As the guide says of a pre-flight that found something.
  assert.equal((await site.batch()).cause.includes('looked at again'), true)
  assert.deepEqual([(await site.start()).cause, (await advance()).state], ['', 'preflight'])
  assert.equal(opened.times, 4)
  // It is its turn: whoever asks for that is not refused.
  site.clock.advance(3_600_000)
  assert.equal((await resumeBatch(site.steering(), 1)).state, 'preflight')
  assert.equal((await site.start()).state, 'preflight')
})

test('whoever gives its source anew need not wait', async () => {
  const site = await start(['anna'])
  await site.start()
  await checks(site, away).advance()
  await putSource(site.steering(), { config: oldExchange, secret: 'another' })
  const { state, cause } = await checks(site, async () => site.source).advance()
  assert.deepEqual([state === 'preflight', cause.includes('Nobody answers')], [false, false])
})

test('one that is busy or away as it is checked is asked again; one that refuses waits for somebody', async () => {
  const check = { name: 'mailbox', state: 'failed', found: 'It is away.', remedy: '' } as const
  const checked = async (told: SourceCheck) => {
    const site = await start(['anna'])
    await site.start()
    site.source.check = async () => [told]
    return (await checks(site, async () => site.source).advance()).state
  }
  assert.equal(await checked({ ...check, transient: true }), 'preflight')
  assert.equal(await checked({ ...check, busy: true }), 'preflight')
  assert.equal(await checked(check), 'planned')
})

test('a mailbox whose source cannot be opened is tried again soon where it is away, and later where it refuses', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-spool-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const room = new SpoolRoom(2 ** 32)
  const spool = await openSpool({ folder, room, full: () => new Error('The spool is full') })
  const waits = async (kind: FailureKind) => {
    const site = await start(['anna'])
    const { store, clock, organization } = site
    const [batch, member] = [await site.batch(), await site.member('anna')]
    await store.transact({ organization }, async ({ migration }) => {
      await migration.putBatch(organization, { ...batch, state: 'initial-sync' })
      await migration.putMember(organization, { ...member, dueAt: clock.now() })
    })
    const engine = new RunMigrations({
      ...{ store, spool, clock, random: () => 0.5, alone: false, alert: () => undefined },
      openSource: async () => {
        throw new SourceFailure(kind, 'no', 'It is not opened.')
      },
      trouble: (message, error) => site.troubles.push(error ?? message),
    })
    site.engines.push(engine)
    engine.start()
    await site.until('it was tried', async () => (await site.member('anna')).idle !== undefined)
    return (await site.member('anna')).dueAt! - clock.now()
  }
  assert.deepEqual([await waits('transient'), await waits('refused')], [30_000, 300_000])
})

/** A batch whose mailboxes are to be copied now, in a store that counts what is written. */
async function copying(t: TestContext, people: readonly string[]) {
  const site = await start(people)
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-spool-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const room = new SpoolRoom(2 ** 32)
  const spool = await openSpool({ folder, room, full: () => new Error('The spool is full') })
  const { clock, organization } = site
  const writes = { times: 0 }
  const store: typeof site.store = {
    ...site.store,
    transact: (scope, work) => {
      writes.times++
      return site.store.transact(scope, work)
    },
  }
  const batch = await site.batch()
  const members = await site.members()
  await site.store.transact({ organization }, async ({ migration }) => {
    await migration.putBatch(organization, { ...batch, state: 'initial-sync' })
    for (const member of members) await migration.putMember(organization, { ...member, dueAt: clock.now() })
  })
  return { site, store, spool, writes }
}

test('mailboxes of a source that is away are written once, and all go on once it is there', async (t) => {
  const people = ['anna', 'ben', 'cleo']
  const { site, store, spool, writes } = await copying(t, people)
  const { clock } = site
  const opened = { times: 0, fails: true }
  const engine = new RunMigrations({
    ...{ store, spool, clock, random: () => 0.5, alone: false, alert: () => undefined },
    openSource: async () => {
      opened.times++
      if (opened.fails) return away()
      return site.source
    },
    trouble: (message, error) => site.troubles.push(error ?? message),
  })
  site.engines.push(engine)
  engine.start()
  const told = async () => (await site.members()).every(({ cause }) => cause === 'Nobody answers.')
  await site.until('all say so', told)
  assert.equal(opened.times, 1, 'one of them tries it')
  const before = writes.times
  for (let times = 2; times < 8; times++) {
    site.pass(30_000)
    await site.until('it is tried again', () => opened.times >= times)
  }
  assert.equal(opened.times, 7)
  assert.equal(writes.times, before)
  opened.fails = false
  const stop = clock.leap()
  await site.until('all are copied', async () => (await site.members()).every(({ pass }) => pass > 0))
  stop()
})

test('mailboxes of a server that is away once its source is open are not written at each of its rests', async (t) => {
  const people = Array.from({ length: 60 }, (_, at) => `p${at}`)
  const { site, store, spool, writes } = await copying(t, people)
  const { clock } = site
  let [isAway, opens] = [true, 0]
  site.source.before = ({ op }) => {
    if (op !== 'open' || !isAway) return
    opens++
    throw new SourceFailure('transient', 'ECONNREFUSED', 'Nobody answers.')
  }
  const engine = new RunMigrations({
    ...{ store, spool, clock, random: () => 0.5, alone: false, alert: () => undefined },
    openSource: async () => site.source,
    trouble: (message, error) => site.troubles.push(error ?? message),
  })
  site.engines.push(engine)
  engine.start()
  t.after(clock.leap())
  const told = async () => (await site.members()).every(({ idle }) => idle === 'server out of reach')
  await site.until('all say so', told)
  const before = { writes: writes.times, opens }
  await site.until('it is tried through ten rests', () => opens >= before.opens + 60)
  // Those that tried it, and nobody else.
  assert.ok(writes.times - before.writes < 3 * people.length, `${writes.times - before.writes} writes`)
  isAway = false
  await site.until('all are copied', async () => (await site.members()).every(({ pass }) => pass > 0))
})
