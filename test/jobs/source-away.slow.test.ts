/** A source that is out of reach before anything is copied: when it is asked again, and what somebody may do meanwhile. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { RunMigrations } from '#jobs/run-migrations.ts'
import { advanceBatch } from '#src/domain/migration/engine/advance.ts'
import type { Project } from '#src/domain/migration/engine/project.ts'
import { putSource } from '#src/domain/migration/engine/steer-project.ts'
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
