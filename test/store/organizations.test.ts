import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { ActionContext } from '#src/protocols/admin/action.ts'
import { tagResource } from '#src/protocols/admin/actions/tag-resource.ts'
import { untagResource } from '#src/protocols/admin/actions/untag-resource.ts'
import { formatArn } from '#src/protocols/admin/arn.ts'
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
