import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { rollBack } from '#src/domain/migration/engine/return/rollback.ts'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { describeMigration } from '#src/protocols/admin/actions/describe-migration.ts'
import { type MigrationSite, migrationSite } from '#test/support/migration-site.ts'

const people = Array.from({ length: 50 }, (_, at) => `user${String(at).padStart(2, '0')}`)
let site: MigrationSite | undefined
after(() => site?.close())

test('a batch of 50 with one that fails: held with the price of leaving it, moved without it, and back on day 3 (scenario 24)', async () => {
  site = await migrationSite(people)
  const { store, organization } = site
  for (const name of people) site.inbox(name).box.addMessage(site.inbox(name).folder, `${name} 1`)
  const failing = people[7]!
  const right = (owner: string, grantee: string, kind: 'full-access' | 'delegate') => ({
    owner: `${owner}@corp.example`,
    grantee: `${grantee}@corp.example`,
    right: kind,
    folder: null,
    lastUsedDay: null,
    where: '',
  })
  // One right to the one that fails, and one among those that move.
  for (const [owner, grantee, kind] of [
    [people[0]!, failing, 'full-access'],
    [people[1]!, people[2]!, 'delegate'],
  ] as const) {
    const { box } = site.inbox(owner)
    box.settled = { ...box.settled, grants: [right(owner, grantee, kind)] }
  }
  site.source.before = ({ op, mailbox }) => {
    if (op === 'folders' && mailbox.startsWith(failing))
      throw new SourceFailure('mailbox-permanent', 'ErrorMailboxMoveInProgress', 'It is being moved.')
  }
  site.engine()
  await site.start()
  const state = async () => (await site!.batch()).state
  await site.until('it is synced', async () => (await state()) === 'synced')
  const before = new Map(
    await Promise.all(people.map(async (name) => [name, await site!.entry(name)] as const)),
  )

  await cutOverBatch(site.steering(), 1, { at: null, failing: 'hold' })
  await site.until('it is held', async () => (await site!.batch()).cause.includes('holds the batch'))
  assert.match(
    (await site.batch()).cause,
    /user07@corp\.example failed.*let it leave, which breaks a right between them and those who move \(8 delegation-days a day\)\.$/,
  )
  for (const name of people) assert.equal((await site.entry(name)).home, 'exchange')

  const idle = { live: () => ({ lanes: [], servers: [], rates: [], noRoom: null }) }
  const told = (await describeMigration.run(
    { store, migration: idle, now: () => 0 } as never,
    { OrganizationId: organization, ProjectId: site.project.id } as never,
  )) as unknown as { Batches: { Leaving: unknown }[] }
  assert.deepEqual(told.Batches[0]!.Leaving, {
    ...{ FailingMember: 'hold', Rights: 1, DelegationDaysADay: 8, NotKnown: 0 },
    Breaks: [
      { Owner: `${people[0]!}@corp.example`, Grantee: `${failing}@corp.example`, Right: 'full-access' },
    ],
  })

  await cutOverBatch(site.steering(), 1, { at: null, failing: 'leave' })
  const trail = await store.migration.listMigrationEvents(organization, site.project.id, { limit: 1_000 })
  assert.ok(
    trail.rows.some(({ sentence }) =>
      sentence.includes(
        '; 1 mailbox that failed leaves it, which breaks a right between them and those who move (8 delegation-days a day)',
      ),
    ),
  )
  await site.until('it is done', async () => (await state()) === 'done')
  for (const name of people)
    assert.equal((await site.entry(name)).home, name === failing ? 'exchange' : 'local', name)
  const grants = await store.migration.listGrants(organization, site.project.id, { limit: 10 })
  assert.deepEqual(grants.rows.map(({ right: kind, state: stands }) => `${kind} ${stands}`).sort(), [
    'delegate applied',
    'full-access waiting',
  ])

  site.clock.advance(3 * 86_400_000)
  await rollBack(store, await site.current(), 1, {
    by: 'ed',
    now: site.clock.now(),
    signal: new AbortController().signal,
  })
  for (const name of people) {
    const { version: _now, ...restored } = await site.entry(name)
    const { version: _then, ...was } = before.get(name)!
    assert.deepEqual(restored, was, name)
  }
  await site.until('all of it is back', async () => (await state()) === 'rolled-back')
})
