import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bringForward, connectDirectory, disconnectDirectory } from '#src/domain/directory-sync/connect.ts'
import { guidOf, MemoryDirectory, mailboxObject } from '#test/support/memory-directory.ts'
import { type Synced, synced } from './synced.ts'

const other = { kind: 'ldif', file: '/elsewhere' } as const

async function world(t: { after: (undo: () => Promise<void>) => void }): Promise<Synced> {
  const made = await synced()
  t.after(() => made.temporary.remove())
  made.directory.put(mailboxObject(1, 'anna'))
  assert.notEqual((await made.sync()).full, null)
  assert.equal((await made.sync()).full, null)
  return made
}

test('a directory that is connected after another one was disconnected is read from the start', async (t) => {
  const { clock, directory, organization, store, sync } = await world(t)
  await disconnectDirectory(store, organization)
  await connectDirectory(store, organization, other, clock.now, () => directory)
  const record = await store.directorySync.findSync(organization)
  assert.deepEqual(record?.state.positions, [])
  assert.notEqual((await sync()).full, null)
})

test('a run of the old directory that still waits does not bring its positions to the new one', async (t) => {
  const { clock, directory, organization, store } = await world(t)
  const { state } = (await store.directorySync.findSync(organization))!
  const { positions, counts } = state
  const [report] = state.runs
  assert.notEqual(positions.length, 0)
  const pending = { report: report!, positions, counts, digest: '', suppressesDeletions: false }
  await store.transact({ organization }, ({ directorySync }) =>
    directorySync.saveSync(organization, { state: { ...state, pending } }),
  )
  await connectDirectory(store, organization, other, clock.now, () => directory)
  const record = await store.directorySync.findSync(organization)
  assert.deepEqual(record?.state.pending, { ...pending, positions: [] })
})

test('a controller has a port that there is', async (t) => {
  const { clock, directory, organization, store } = await world(t)
  const connecting = (controller: string) =>
    connectDirectory(
      store,
      organization,
      {
        ...{ kind: 'active-directory', security: 'ldaps', bindName: 'svc@corp.example', password: 'secret' },
        ...{ certificateName: null, authorities: null },
        domains: [{ name: 'corp.example', controllers: [controller], base: null }],
      },
      clock.now,
      () => directory,
    )
  await connecting('dc1.corp.example:65535')
  await assert.rejects(connecting('dc1.corp.example:65536'), /is no domain controller/)
})

test('a file is looked at before it takes the place of what is connected', async (t) => {
  const { clock, directory, organization, store } = await world(t)
  const before = await store.directorySync.findConnection(organization)
  const connecting = () => connectDirectory(store, organization, other, clock.now, () => directory)
  directory.failAfter = 0
  await assert.rejects(connecting(), /The connection was lost/)
  directory.failAfter = Number.POSITIVE_INFINITY
  directory.objects.clear()
  await assert.rejects(connecting(), /memory has no recipients/)
  assert.deepEqual(await store.directorySync.findConnection(organization), before)
})

test('a run that is brought forward is due at once, and one of no directory is none', async (t) => {
  const { clock, organization, store } = await world(t)
  const due = async () => (await store.directorySync.findSync(organization))!.dueAt
  assert.ok((await due()) > clock.now + 3_600_000)
  await bringForward(store, organization, clock.now)
  assert.equal(await due(), clock.now)
  const { id } = await store.organizations.create({ alias: 'without' })
  await bringForward(store, id, clock.now)
  assert.equal(await store.directorySync.findSync(id), undefined)
})

test('a run that is under way does not put off what was brought forward meanwhile, however it ends', async (t) => {
  const { clock, directory, organization, store, sync } = await world(t)
  const due = async () => (await store.directorySync.findSync(organization))!.dueAt
  const during = async (options: Parameters<typeof sync>[0] = {}) => {
    directory.change(guidOf(1), {})
    directory.onBatch = () => bringForward(store, organization, clock.now + 1)
    await sync(options).catch(() => undefined)
    assert.equal(await due(), clock.now + 1)
  }
  await during()
  await during({ dryRun: true })
  directory.failAfter = 0
  await during()
  directory.onBatch = () => undefined
  await sync().catch(() => undefined)
  assert.ok((await due()) > clock.now + 60_000, 'a failure by itself waits')
  directory.failAfter = Number.POSITIVE_INFINITY
  const stop = new AbortController()
  directory.onBatch = () => stop.abort()
  directory.change(guidOf(1), {})
  await assert.rejects(sync({ signal: stop.signal }))
  assert.ok((await due()) > clock.now + 3_600_000, 'somebody called off their own')
  await assert.rejects(sync({ signal: stop.signal, isDue: true }))
  assert.equal(await due(), clock.now, 'the clock begins its own again')
})

test('another directory that is connected during a run is read from the start, too', async (t) => {
  const { clock, directory, organization, store, sync } = await world(t)
  directory.change(guidOf(1), {})
  const elsewhere = new MemoryDirectory()
  elsewhere.put(mailboxObject(1, 'anna'))
  directory.onBatch = () => connectDirectory(store, organization, other, clock.now, () => elsewhere)
  await sync()
  directory.onBatch = () => undefined
  assert.deepEqual((await store.directorySync.findSync(organization))!.state.positions, [])
  assert.notEqual((await sync()).full, null)
  assert.equal((await sync()).full, null)
})

test('a run that ended with its process is due again with the next one', async (t) => {
  const { temporary, clock, organization, store } = await world(t)
  const until = clock.now + 300_000
  await store.transact({ organization }, ({ directorySync }) =>
    directorySync.takeLease(organization, 'gone', clock.now, until),
  )
  await temporary.reopen()
  const { dueAt, leasedUntil } = (await temporary.store.directorySync.findSync(organization))!
  assert.deepEqual([dueAt, leasedUntil], [until, null])
})
