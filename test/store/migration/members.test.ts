import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import {
  type Member,
  noCounts,
  type ProjectId,
  usualSettings,
} from '#src/domain/migration/engine/project/project.ts'
import { sqliteDialect } from '#src/store/driver/sqlite.ts'
import { SqliteConnection } from '#src/store/driver/sqlite-connection.ts'
import { migration } from '#src/store/migrations/0013-migration.ts'
import { memberStates } from '#src/store/migrations/0029-member-states.ts'
import { aMember } from '#test/support/migrated-mailbox.ts'
import { temporaryStore } from '#test/support/store.ts'

const temporary = await temporaryStore({ mailboxes: 0 })
after(() => temporary.remove())
const { store } = temporary
const organization = temporary.organization.id
const project = randomUUID() as ProjectId
await store.transact({ organization }, ({ migration }) =>
  migration.putProject({ organization, id: project, name: 'test', createdAt: 0, settings: usualSettings }),
)
const put = (member: Member) =>
  store.transact({ organization }, ({ migration }) => migration.putMember(organization, member))

test('who runs migrations is told of what a mailbox does next, and not of each page that it has copied', async () => {
  let told = 0
  const stop = store.migration.watch(() => told++)
  const toldOf = async (member: Member) => {
    told = 0
    await put(member)
    await turn()
    return told
  }
  const member = aMember(project, 'anna@source.example')
  assert.equal(await toldOf(member), 1, 'new')
  assert.equal(await toldOf({ ...member, counts: { ...noCounts, copied: 100 }, cause: 'waits' }), 0)
  const changes: Partial<Member>[] = [{ dueAt: 7 }, { state: 'initial-sync' }, { batch: 2 }, { priority: 1 }]
  for (const change of changes)
    assert.equal(await toldOf({ ...member, ...change }), 1, JSON.stringify(change))
  stop()
})

test('the states of a batch are told without opening its mailboxes', async () => {
  for (const [no, state] of (['synced', 'synced', 'failed'] as const).entries())
    await put({ ...aMember(project, `user${no}@source.example`, 10 + no), batch: 5, state })
  await put({ ...aMember(project, 'other@source.example', 20), batch: 6, state: 'waiting' })
  const states = await store.migration.listMemberStates(organization, project, 5)
  assert.deepEqual(states.toSorted(), ['failed', 'synced'])
  const counted = await store.migration.countMemberStates(organization, project)
  assert.deepEqual(
    counted
      .filter(({ batch }) => batch > 4)
      .map(({ batch, state, members }) => `${batch} ${state} ${members}`)
      .sort(),
    ['5 failed 1', '5 synced 2', '6 waiting 1'],
  )
})

test('how many mailboxes are in which state is counted from an index, whatever a project has', async () => {
  const memory = new SqliteConnection(':memory:')
  after(() => memory.close())
  for (const { up } of [migration, memberStates])
    for (const statement of up(sqliteDialect)) await memory.run(statement)
  const plan = await memory.all<{ detail: string }>(
    'EXPLAIN QUERY PLAN SELECT batch, state, COUNT(*) AS members FROM migration_member WHERE org = ? AND project = ? GROUP BY batch, state',
    ...['o', 'p'],
  )
  assert.deepEqual(
    plan.map(({ detail }) => detail),
    ['SEARCH migration_member USING COVERING INDEX migration_member_states (org=? AND project=?)'],
  )
})
