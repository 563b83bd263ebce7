import assert from 'node:assert/strict'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import Database from 'better-sqlite3'
import { newOrganizationId } from '#src/base/ids.ts'
import { parseKeyRef } from '#src/domain/keys/provider.ts'
import { openTestStore, type TemporaryStore, temporaryStore } from '#test/support/store.ts'

describe('access keys', () => {
  let temporary: TemporaryStore
  let now = 1_700_000_000_000
  const forAll = { organization: null, description: '' }

  beforeEach(async () => {
    temporary = await temporaryStore({ mailboxes: 0, now: () => now })
  })
  afterEach(() => temporary.remove())

  const inDatabase = <T>(work: (database: Database.Database) => T): T => {
    const database = new Database(join(temporary.folder, 'landbridge.sqlite'))
    try {
      return work(database)
    } finally {
      database.close()
    }
  }
  const serviceRef = () =>
    parseKeyRef(inDatabase((d) => d.prepare('SELECT key_ref FROM service_key').pluck().get() as string))

  it('are there again after a restart, and no file holds a secret', async () => {
    const { store, organization } = temporary
    const { key, secret } = await store.accessKeys.create({
      organization: organization.id,
      description: 'HR',
    })
    assert.match(key.id, /^LBAK[A-Z2-7]{16}$/)
    await temporary.reopen()
    assert.deepEqual(await temporary.store.accessKeys.find(key.id), { key, secret })
    assert.deepEqual(await temporary.store.accessKeys.list(), [key])
    await temporary.store.close()
    for (const name of await readdir(temporary.folder, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue
      const octets = await readFile(join(name.parentPath, name.name))
      assert.equal(octets.includes(secret), false, name.name)
    }
    Object.assign(temporary, await openTestStore(temporary.folder))
  })

  it('made at once are all kept, under one key of the provider', async () => {
    const { store, keyFolder } = temporary
    const before = (await readdir(keyFolder)).length
    const made = await Promise.all(Array.from({ length: 20 }, () => store.accessKeys.create(forAll)))
    assert.equal((await store.accessKeys.list()).length, 20)
    for (const { key, secret } of made) assert.equal((await store.accessKeys.find(key.id))!.secret, secret)
    assert.equal((await readdir(keyFolder)).length, before + 1)
  })

  it('are gone for good once deleted', async () => {
    const { store } = temporary
    const { key } = await store.accessKeys.create(forAll)
    await store.accessKeys.delete(key.id)
    assert.equal(await store.accessKeys.find(key.id), undefined)
    await assert.rejects(store.accessKeys.delete(key.id), { reason: 'no-such-key' })
  })

  it('are not there when they could not be kept', async () => {
    const { store } = temporary
    await store.accessKeys.create(forAll)
    inDatabase((d) =>
      d.exec("CREATE TRIGGER full BEFORE INSERT ON access_key BEGIN SELECT RAISE(ABORT, 'disk full'); END"),
    )
    await assert.rejects(store.accessKeys.create(forAll), /disk full/)
    assert.equal((await store.accessKeys.list()).length, 1)
  })

  it('of an organisation go with it, and none is made for one that is not there', async () => {
    const { store, organization } = temporary
    const mine = await store.accessKeys.create({ organization: organization.id, description: '' })
    const all = await store.accessKeys.create(forAll)
    await store.organizations.destroy(organization.id)
    assert.equal(await store.accessKeys.find(mine.key.id), undefined)
    assert.ok(await store.accessKeys.find(all.key.id))
    for (const id of [organization.id, newOrganizationId()])
      await assert.rejects(store.accessKeys.create({ organization: id, description: '' }), {
        reason: 'no-such-organization',
      })
  })

  it('made for one organisation are not made ones for all, or for another, by changing the row', async () => {
    const { store, organization } = temporary
    const other = await store.organizations.create({ alias: 'other' })
    const { key } = await store.accessKeys.create({ organization: organization.id, description: '' })
    for (const changed of [null, other.id]) {
      inDatabase((d) => d.prepare('UPDATE access_key SET organization = ?').run(changed))
      await assert.rejects(store.accessKeys.find(key.id), { reason: 'damaged' })
    }
  })

  it('cannot be used within a minute of their key being switched off, but be listed and deleted', async () => {
    const { store, keys } = temporary
    const { key } = await store.accessKeys.create({ organization: null, description: 'HR' })
    await keys.disable(serviceRef())
    now += 45_000
    await assert.rejects(store.accessKeys.find(key.id), { reason: 'key-unavailable' })
    assert.deepEqual(await store.accessKeys.list(), [{ ...key, description: null }])
    await store.accessKeys.delete(key.id)
    await assert.rejects(store.accessKeys.create(forAll), { reason: 'key-unavailable' })
  })

  it('can be made again when their key is lost, once those under it are deleted', async () => {
    const { store, keyFolder } = temporary
    const lost = await store.accessKeys.create(forAll)
    await rm(join(keyFolder, `${serviceRef().id}.v1.key`))
    now += 45_000
    await assert.rejects(store.accessKeys.create(forAll), { reason: 'key-unavailable' })
    await store.accessKeys.delete(lost.key.id)
    const { key, secret } = await store.accessKeys.create(forAll)
    assert.equal((await store.accessKeys.find(key.id))!.secret, secret)
  })
})
