import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import { openStore } from '#src/store/open.ts'

test('that a key is out of reach is told once, and once that it is back, whatever happens in between', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-reach-'))
  t.after(() => rm(folder, { recursive: true }))
  const told: [string, string | null][] = []
  const keys = localKeyFiles(join(folder, 'keys'))
  const store = await openStore({
    folder,
    keyProviders: [keys],
    defaultKeyProvider: keys.kind,
    keyReachChanged: (organization, why) => told.push([organization, why]),
  })
  t.after(() => store.close())
  const [one, other] = [
    await store.organizations.create({ alias: 'one' }),
    await store.organizations.create({ alias: 'other' }),
  ]
  const outOfReach = async () => (await store.maintenance.statistics()).keysOutOfReach
  const ask = (id: typeof one.id) => store.directory.settings(id)

  await ask(one.id)
  assert.equal(told.length, 0)
  assert.equal(await outOfReach(), 0)

  await store.organizations.disableKey(one.id)
  assert.equal(await outOfReach(), 1)
  for (let time = 0; time < 5; time++) {
    await assert.rejects(ask(one.id), { reason: 'key-unavailable' })
    await ask(other.id)
  }
  assert.deepEqual(
    told.map(([organization]) => organization),
    [one.id],
  )
  assert.match(String(told[0]![1]), /disabled|switched off/)

  await store.organizations.enableKey(one.id)
  for (let time = 0; time < 5; time++) await ask(one.id)
  assert.deepEqual(told.slice(1), [[one.id, null]])
  assert.equal(await outOfReach(), 0)

  await store.organizations.disableKey(other.id)
  assert.equal(await outOfReach(), 1)
  await store.organizations.destroy(other.id)
  assert.equal(await outOfReach(), 0)
})

test('that a key whose reference was changed is called out of reach, and switching it on and off is refused', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-reach-'))
  t.after(() => rm(folder, { recursive: true }))
  const keys = localKeyFiles(join(folder, 'keys'))
  const open = () => openStore({ folder, keyProviders: [keys], defaultKeyProvider: keys.kind })
  const before = await open()
  const { id } = await before.organizations.create({ alias: 'one' })
  assert.equal(await before.organizations.keyState(id), 'enabled')
  await before.close()

  const database = new Database(join(folder, 'landbridge.sqlite'))
  database.prepare("UPDATE organization SET key_ref = 'local:zz:1'").run()
  database.close()
  const store = await open()
  t.after(() => store.close())
  assert.equal(await store.organizations.keyState(id), 'unreachable')
  await assert.rejects(store.organizations.enableKey(id), { reason: 'key-unavailable' })
  await assert.rejects(store.organizations.disableKey(id), { reason: 'key-unavailable' })
})
