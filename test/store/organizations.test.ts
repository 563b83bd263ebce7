import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { afterEach, beforeEach, describe, it } from 'node:test'
import Database from 'better-sqlite3'
import { parseKeyRef } from '#src/domain/keys/provider.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { ActionContext } from '#src/protocols/admin/action.ts'
import { tagResource } from '#src/protocols/admin/actions/tag-resource.ts'
import { untagResource } from '#src/protocols/admin/actions/untag-resource.ts'
import { formatArn } from '#src/protocols/admin/arn.ts'
import { databaseFile } from '#src/store/layout.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

describe('an organisation', () => {
  let temporary: TemporaryStore
  beforeEach(async () => {
    temporary = await temporaryStore({ mailboxes: 0 })
  })
  afterEach(() => temporary.remove())

  it('keeps every tag that is set or taken away at once', async () => {
    const { store, organization } = temporary
    const ResourceARN = formatArn({ region: 'eu-west-1', accountId: '123456789012' }, organization.id)
    const context = { store } as ActionContext
    const set = (key: string) => tagResource.run(context, { ResourceARN, Tags: [{ Key: key, Value: 'v' }] })
    await Promise.all(['old', 'a'].map(set))
    await Promise.all([
      ...['b', 'c', 'd'].map(set),
      untagResource.run(context, { ResourceARN, TagKeys: ['old'] }),
    ])
    const { settings } = await store.organizations.get(organization.id)
    assert.deepEqual(settings.tags, { a: 'v', b: 'v', c: 'v', d: 'v' })
  })

  it('whose key reference was changed is switched off as far as that goes, refused with a sentence, and can be destroyed', async () => {
    const { store, organization, keys, folder } = temporary
    const database = new Database(databaseFile(folder))
    database.prepare("UPDATE organization SET key_ref = 'x'").run()
    database.close()
    await assert.rejects(
      store.organizations.disableKey(organization.id),
      (error) => error instanceof Refusal && /"x" names no key there can be/.test(error.message),
    )
    assert.equal(await keys.state(parseKeyRef(organization.keyRef)), 'disabled')
    await store.organizations.destroy(organization.id)
    assert.equal(await keys.state(parseKeyRef(organization.keyRef)), 'missing')
  })

  it('that cannot be made leaves no key', async () => {
    const { store, keys, keyFolder } = temporary
    const before = await readdir(keyFolder)
    keys.wrap = async () => {
      throw new Error('broken')
    }
    await assert.rejects(store.organizations.create({ alias: 'other' }), /broken/)
    assert.deepEqual(await readdir(keyFolder), before)
  })
})
