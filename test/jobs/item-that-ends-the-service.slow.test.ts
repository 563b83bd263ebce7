/** An item at which the whole process ends, as it takes all memory or breaks something beneath us: the others come, and it is named. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { membersOf } from '#src/domain/migration/engine/flip/flip.ts'
import type { ProjectSettings } from '#src/domain/migration/engine/project/project.ts'
import { putBatch, retryBatch, startBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { createProject, putSource } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { Store } from '#src/domain/store.ts'
import { exchangeUser, oldExchange } from '#test/support/migration-site.ts'
import { openTestStore } from '#test/support/store.ts'
import { type EngineOrder, keyOf } from './engine-that-is-killed.ts'

const program = fileURLToPath(new URL('./engine-that-is-killed.ts', import.meta.url))
const MAILS = 25
const MINUTE = 60_000

type Deadly = EngineOrder['deadly'][number]

/** Mailboxes that are copied by processes, one after the other. */
async function site(t: TestContext, people: readonly string[], settings: Partial<ProjectSettings> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-killed-engine-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'deaths'), '')
  const opened = async <T>(work: (store: Store) => Promise<T>): Promise<T> => {
    const { store } = await openTestStore(join(folder, 'data'))
    try {
      return await work(store)
    } finally {
      await store.close()
    }
  }
  const { organization, project } = await opened(async (store) => {
    const { id: organization } = await store.organizations.create({ alias: 'example' })
    await store.transact({ organization }, async ({ directory }) => {
      for (const name of people) await directory.createEntry(organization, exchangeUser(name))
    })
    const named = { name: 'move', settings: { pageItems: 10, ...settings }, by: 'ed' }
    const { id: project } = await createProject(store, organization, named, Date.now())
    const steering = { store, organization, project, by: 'ed', now: Date.now() }
    await putSource(steering, { config: oldExchange, secret: 'password' })
    await putBatch(steering, { no: 1, name: 'batch 1' })
    const members = people.map((name) => ({ address: `${name}@corp.example`, batch: 1, source: 'old' }))
    await addMembers(steering, members)
    await startBatch(steering, 1)
    return { organization, project }
  })
  const order = { folder, organization, project, people, mails: MAILS }
  const steering = (store: Store) => ({ store, organization, project, by: 'ed', now: Date.now() })
  return {
    /** One process: whether it was killed, and else what it said that it does. */
    async run(deadly: readonly Deadly[], laterMs = 0): Promise<'killed' | readonly string[]> {
      const argument = JSON.stringify({ ...order, deadly, laterMs } satisfies EngineOrder)
      const child = spawn(process.execPath, [program, argument], { stdio: ['ignore', 'pipe', 'inherit'] })
      const said = text(child.stdout)
      const [code, signal] = await once(child, 'close')
      if (signal === 'SIGKILL') return 'killed'
      assert.equal(code, 0)
      return JSON.parse(await said)
    },
    retry: () => opened((store) => retryBatch(steering(store), 1)),
    /** What is here of somebody, and what of it is missing. */
    look: (name: string) =>
      opened(async ({ migration, mailboxes }) => {
        const all = await membersOf(migration, organization, project)
        const member = all.find(({ address }) => address === `${name}@corp.example`)!
        const at = { organization, mailbox: member.mailbox! }
        const inbox = await mailboxes.findFolder(at, { distinguished: 'inbox' })
        const { rows: items } = await mailboxes.listItems(at, inbox!.no, { order: 'uid', limit: 100 })
        const { rows } = await migration.listLedgerItems(at, { troubled: true, limit: 100 })
        const { rows: events } = await migration.listMigrationEvents(organization, project, {
          before: null,
          limit: 100,
        })
        return { member, items: items.length, troubled: rows, said: events.map(({ sentence }) => sentence) }
      }),
  }
}

/** Processes until one comes to its end: how many were killed. */
async function untilDone({ run }: Awaited<ReturnType<typeof site>>, deadly: readonly Deadly[], laterMs = 0) {
  for (let kills = 0; ; kills++) {
    assert.ok(kills < 20, 'it dies for ever')
    const ended = await run(deadly, laterMs)
    if (ended !== 'killed') return { kills, doing: ended }
  }
}

test('an item at which the process ends each time is named and left behind; all others come, and a retry brings it', {
  timeout: 120_000,
}, async (t) => {
  const moved = await site(t, ['anna', 'ben'])
  const key = keyOf('anna', 14)
  const { kills, doing } = await untilDone(moved, [{ call: `item ${key}`, most: 100 }])
  assert.equal(kills, 3 + 3)
  const does =
    'anna@corp.example: The service ended 6 times while this mailbox was read: it is read item by item until a page is through, to find the one at fault.'
  assert.ok(doing.includes(does), doing.join('\n'))
  const anna = await moved.look('anna')
  assert.deepEqual([anna.member.state, anna.items, anna.member.counts.skipped], ['synced', MAILS - 1, 1])
  assert.equal(anna.member.grade, 'investigate')
  assert.equal(anna.member.uncleanEnds, undefined)
  const [left, ...others] = anna.troubled
  assert.deepEqual(others, [])
  assert.deepEqual([left!.key, left!.state, left!.code], [key, 'skipped', 'ended-the-service'])
  assert.match(left!.problem, /^The service ended 3 times as it read this item of the folder "Posteingang"/)
  assert.deepEqual(
    left!.losses.map(({ reason }) => reason),
    [left!.problem],
  )
  assert.ok(anna.said.some((each) => /ended 6 times while anna@corp\.example was read\. An item/.test(each)))
  const ben = await moved.look('ben')
  assert.deepEqual([ben.member.state, ben.items, ben.troubled], ['synced', MAILS, []])
  assert.deepEqual(await moved.retry(), { mailboxes: 0, items: 1, rights: 0 })
  assert.deepEqual(await untilDone(moved, []), { kills: 0, doing: [] })
  const again = await moved.look('anna')
  assert.deepEqual([again.items, again.troubled], [MAILS, []])
})

test('several of one page are found one after the other, and one that is well by then comes', {
  timeout: 120_000,
}, async (t) => {
  const moved = await site(t, ['anna'])
  const deadly = [3, 7].map((no) => ({ call: `item ${keyOf('anna', no)}`, most: 100 }))
  // Twice may have been by chance.
  const chance = { call: `item ${keyOf('anna', 5)}`, most: 2 }
  const { kills } = await untilDone(moved, [...deadly, chance])
  assert.equal(kills, 3 + 3 + 2 + 3)
  const { items, troubled, member } = await moved.look('anna')
  assert.deepEqual([member.state, items], ['synced', MAILS - 2])
  assert.deepEqual(troubled.map(({ key, state }) => `${key} ${state}`).sort(), [
    `${keyOf('anna', 3)} skipped`,
    `${keyOf('anna', 7)} skipped`,
  ])
})

test('where no item is at fault the mailbox rests ever longer and says so, and the others come', {
  timeout: 120_000,
}, async (t) => {
  const moved = await site(t, ['anna', 'ben'])
  const deadly = [{ call: 'changes anna@corp.example', most: 100 }]
  let laterMs = 0
  for (const [rest, minutes] of [5, 15, 60, 60].entries()) {
    const from = Date.now() + laterMs
    const { kills } = await untilDone(moved, deadly, laterMs)
    assert.equal(kills, rest === 0 ? 6 : 1)
    const { member } = await moved.look('anna')
    assert.equal(member.idle, 'ended the service')
    assert.match(
      member.cause,
      new RegExp(`^The service ended ${6 + rest} times while anna@corp\\.example was read, at last item by`),
    )
    const [earliest, latest] = [from, Date.now() + laterMs].map((at) => at + minutes * MINUTE)
    assert.ok(earliest! <= member.dueAt! && member.dueAt! <= latest!, `a rest of ${minutes} minutes`)
    assert.deepEqual((await moved.look('ben')).member.state, 'synced')
    laterMs += minutes * MINUTE + 1_000
  }
  assert.deepEqual(await moved.retry(), { mailboxes: 1, items: 0, rights: 0 })
  await untilDone(moved, [], laterMs)
  const { member, items } = await moved.look('anna')
  assert.deepEqual([member.state, items, member.uncleanEnds], ['synced', MAILS, undefined])
})
