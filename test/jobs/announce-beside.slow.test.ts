/** What happens while the mail of an announcement is being written, and how often each attempt counts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { announceMigrationsJob } from '#jobs/announce-migrations.ts'
import { announce } from '#src/domain/migration/engine/steer/announce.ts'
import { addMembers, removeMember } from '#src/domain/migration/engine/steer/steer-members.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { exchangeRoom, type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const { signal } = new AbortController()
const anna = 'anna@corp.example'
const text = { subject: 'You move', text: 'first' }

/** A job whose mail is written, then `meanwhile` happens, then it is taken. */
function post(site: MigrationSite, meanwhile: (to: string) => Promise<unknown> = async () => undefined) {
  const sent: string[] = []
  const names: string[] = []
  const job = announceMigrationsJob({
    store: site.store,
    mail: async (organization, { to, text: words, name, also }) => {
      names.push(`${to} ${name}`)
      await meanwhile(to)
      const taken = { messageId: `<${name}@host>`, place: 'mailbox' } as const
      await site.store.transact({ organization }, (writer) => also!(writer, taken))
      sent.push(`${to} ${words}`)
      return true
    },
    trouble: (_, error) => site.troubles.push(error),
    now: () => site.clock.now(),
  })
  return { sent, names, run: () => job.run(signal) }
}

const again = (site: MigrationSite, batch: number) =>
  addMembers(site.steering(), [{ address: anna, batch, source: 'old' }])

/** Of these two, the first while her mail of batch 1 is being written; answers what the two of them got in the end. */
async function whileWritten(happens: (site: MigrationSite, other: () => Promise<void>) => Promise<unknown>) {
  const site = await start(['anna', 'ben'])
  const other = post(site)
  let isDone = false
  const { sent, run } = post(site, async (to) => {
    if (to !== anna || isDone) return
    isDone = true
    await happens(site, other.run)
  })
  await announce(site.steering(), 1, text)
  await run()
  const { announcement } = await site.batch()
  assert.deepEqual([announcement!.attempts, announcement!.missing, announcement!.isDone], [0, 0, true])
  return [...sent, ...other.sent].sort()
}

const ben = 'ben@corp.example first'

test('another process that tells the same people tells nobody twice', async () => {
  assert.deepEqual(await whileWritten((_, other) => other()), [`${anna} first`, ben])
})

test('who is taken out while their mail is being written is not told, and holds nobody up', async () => {
  assert.deepEqual(await whileWritten((site) => removeMember(site.steering(), anna)), [ben])
})

test('who goes to another batch meanwhile is not told of the one before', async () => {
  const moved = await whileWritten(async (site) => {
    await putSecond(site)
    await removeMember(site.steering(), anna)
    await again(site, 2)
  })
  assert.deepEqual(moved, [ben])
})

test('a mail of an announcement that another one has followed is not sent', async () => {
  const all = await whileWritten(async (site, other) => {
    await other()
    await announce(site.steering(), 1, { ...text, text: 'second' })
  })
  assert.deepEqual(all, [`${anna} first`, `${anna} second`, ben, 'ben@corp.example second'])
})

async function putSecond(site: MigrationSite): Promise<void> {
  const one = await site.batch()
  await site.store.transact({ organization: site.organization }, ({ migration }) =>
    migration.putBatch(site.organization, { ...one, no: 2, name: 'batch 2', announcement: undefined }),
  )
}

test('each mailbox has its attempts, and each attempt has the same Message-ID', async () => {
  const site = await start(['anna', 'ben'])
  const tries = new Map<string, number>()
  const { sent, names, run } = post(site, async (to) => {
    tries.set(to, (tries.get(to) ?? 0) + 1)
    if (tries.get(to)! <= 3) throw new Refusal('try-later', 'The queue is full.')
  })
  await announce(site.steering(), 1, text)
  for (let minute = 0; minute < 8; minute++) await run()
  assert.deepEqual(sent, [`${anna} first`, ben])
  assert.deepEqual([names.length, new Set(names).size], [8, 2])
})

test('who comes to a batch whose people an earlier program told brings nobody the same mail again', async () => {
  const site = await start(['anna', 'ben'])
  await announce(site.steering(), 1, { ...text, stopsAt: site.clock.now() + 3_600_000 })
  const batch = await site.batch()
  const { comers: _, ...before } = batch.announcement!
  await site.store.transact({ organization: site.organization }, ({ migration }) =>
    migration.putBatch(site.organization, {
      ...batch,
      announcement: { ...before, after: 2, told: 2, isDone: true },
    }),
  )
  await addMembers(site.steering(), [{ address: 'cleo@corp.example', batch: 1, source: 'old' }])
  const { sent, run } = post(site)
  await run()
  assert.deepEqual(sent, [])
})

test('nobody reads in a room: it is told nothing, and nobody is missed', async () => {
  const site = await start(['anna'])
  await site.store.transact({ organization: site.organization }, ({ directory }) =>
    directory.createEntry(site.organization, exchangeRoom('blue')),
  )
  await addMembers(site.steering(), [{ address: 'blue@corp.example', batch: 1, source: 'old' }])
  const { sent, run } = post(site)
  await announce(site.steering(), 1, text)
  await run()
  assert.deepEqual(sent, [`${anna} first`])
  const { told, missing, isDone } = (await site.batch()).announcement!
  assert.deepEqual([told, missing, isDone], [1, 0, true])
})
