import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { ReturnRow, ReturnState } from '#src/domain/migration/store.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

let temporary: TemporaryStore
before(async () => {
  temporary = await temporaryStore()
})
after(() => temporary.remove())

const row = (item: number, source: string, state: ReturnState): ReturnRow => ({
  ...{ item: item as ItemNo, source, state, attempts: 1, sizeBytes: 1, folder: '', mark: null },
  ...{ title: '', code: '', problem: '', losses: [] },
})

test('what went back to two sources is found, listed, counted and forgotten for each by itself', async () => {
  const { store, organization, mailboxes } = temporary
  const at = { organization: organization.id, mailbox: mailboxes[0]!.mailbox }
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  const { migration } = store
  // More of them than are opened at once.
  const most = 600
  await store.transact(scope, async ({ migration: writer }) => {
    for (let item = 1; item <= most; item++)
      await writer.putReturn(
        at,
        row(item, item % 2 === 0 ? 'new' : 'old', item % 4 < 2 ? 'left' : 'returned'),
      )
  })
  const items = [1, 2, 3, 4, most + 1] as ItemNo[]
  assert.deepEqual([...(await migration.findReturns(at, 'old', items)).keys()], [1, 3])
  assert.deepEqual(
    (await migration.listReturns(at, { source: 'new', limit: 5 })).rows.map(({ item }) => item),
    [2, 4],
  )
  assert.deepEqual(await migration.countReturns(at, 'new'), { sent: 0, left: 150, returned: 150 })
  await store.transact(scope, ({ migration: writer }) => writer.forgetReturns(at, 'new', 'left'))
  assert.deepEqual(await migration.countReturns(at, 'new'), { sent: 0, left: 0, returned: 150 })
  assert.deepEqual(await migration.countReturns(at, 'old'), { sent: 0, left: 150, returned: 150 })
})
