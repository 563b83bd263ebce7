import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { listStanding } from '#src/domain/directory-sync/standing.ts'
import type { NewStaged } from '#src/domain/directory-sync/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { groupObject, guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { type Synced, synced } from './synced.ts'

let world: Synced
before(async () => {
  world = await synced()
  const members = Array.from({ length: 30 }, (_, at) => guidOf(at + 1))
  for (let no = 1; no <= 30; no++) world.directory.put(mailboxObject(no, `user${no}`))
  world.directory.put(groupObject(40, 'all', members))
  for (let no = 50; no < 57; no++) world.directory.put(mailboxObject(no, `bad${no}`, { proxyAddresses: [] }))
  const proxyAddresses = ['SMTP:user60@corp.example', 'smtp:user1@corp.example']
  world.directory.put(mailboxObject(60, 'user60', { proxyAddresses }))
  await world.sync()
  world.directory.change(guidOf(40), { members: [] })
  await world.sync()
})
after(() => world.temporary.remove())

it('pages of any size name everybody who is quarantined, held or without an address, each once', async () => {
  const { store, organization } = world
  const bad = Array.from({ length: 7 }, (_, at) => `quarantine bad${at + 50}`)
  for (const limit of [1, 2, 6, 7, 8, 100]) {
    const found: string[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listStanding>> = await listStanding(
        store.directorySync,
        organization,
        { only: undefined, after, limit },
      )
      assert.ok(page.rows.length <= limit)
      found.push(...page.rows.map(({ decision, note }) => `${decision} ${note.name}`))
      after = page.next
    } while (after !== null)
    assert.deepEqual(found, [...bad, 'hold all', 'partial user60'])
  }
})

it('says which address somebody lacks and who has it, and how many are doubtful', async () => {
  const { store, organization } = world
  const list = () =>
    listStanding(store.directorySync, organization, { only: 'partial', after: null, limit: 10 })
  const { rows } = await list()
  assert.deepEqual(
    rows.map(({ guid, decision, note }) => [guid, decision, note.remarks]),
    [
      [
        guidOf(60),
        'partial',
        ['user1@corp.example belongs to user1, whose own address it is. Take it away from one of the two.'],
      ],
    ],
  )
  assert.deepEqual(await store.directorySync.countDoubtful(organization), { quarantined: 7, partial: 1 })
})

it('names who was not found on another server, and why, until the next run decides', async () => {
  const { directory, store, organization } = world
  directory.remove(guidOf(5))
  directory.server = 'dc2'
  const report = await world.sync()
  assert.equal(report.decisions.missing, 1, JSON.stringify(report))
  const list = () =>
    listStanding(store.directorySync, organization, { only: 'missing', after: null, limit: 10 })
  const { rows, next } = await list()
  assert.deepEqual(
    rows.map(({ guid, note }) => [guid, note.name]),
    [[guidOf(5), 'user5']],
  )
  assert.match(rows[0]!.note.reason!, /^Another server than before was read/)
  assert.equal(next, null)
  await world.sync()
  assert.deepEqual((await list()).rows, [])
})

it('counts who comes to a group and who leaves it in words', async () => {
  const { directory, store, organization } = world
  const few = (...numbers: number[]) => ({ members: numbers.map((no) => ({ guid: guidOf(no) })) })
  directory.put(groupObject(41, 'few', [guidOf(1), guidOf(2)]))
  await world.sync()
  const changesOf = async (...numbers: number[]) => {
    directory.change(guidOf(41), few(...numbers))
    const { run } = await world.sync({ dryRun: true })
    const only = { decisions: ['change'] } as const
    const { rows } = await store.directorySync.listStaged(organization, run, { only, after: null, limit: 9 })
    return rows.flatMap(({ note }) => note?.changes ?? [])
  }
  assert.deepEqual(await changesOf(1, 3), ['+ 1 member', '- 1 member'])
  assert.deepEqual(await changesOf(3, 4, 6), ['+ 3 members', '- 2 members'])
})

it('refuses a cursor that it did not give', async () => {
  for (const after of ['', 'constructor', '__proto__ x', 'gone 1'])
    await assert.rejects(
      listStanding(world.store.directorySync, world.organization, { only: undefined, after, limit: 1 }),
      (error: unknown) => error instanceof Refusal && error.reason === 'invalid-parameter',
    )
})

it('a page of one decision goes through so many rows and no more', async () => {
  const { store, organization } = world
  const run = 1_000
  const { changeNumber: _, ...object } = { ...mailboxObject(1, 'x'), changeNumber: '1' }
  const rows = Array.from(
    { length: 2_050 },
    (_each, no): NewStaged => ({
      ...{ guid: guidOf(no + 1_000), changeNumber: '1', place: '', reason: null },
      object: { ...object, guid: guidOf(no + 1_000), changeNumber: '1', certificate: null },
      verdict: { decision: no === 2_020 ? 'delete' : 'note', step: 2, entry: null, note: null },
    }),
  )
  await store.transact({ organization }, ({ directorySync }) => directorySync.stage(organization, run, rows))
  const sizes: number[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof store.directorySync.listStaged>> =
      await store.directorySync.listStaged(organization, run, {
        only: { decisions: ['delete'] },
        after,
        limit: 100,
      })
    sizes.push(page.rows.length)
    after = page.next
  } while (after !== null)
  assert.deepEqual(sizes, [0, 1])
})
