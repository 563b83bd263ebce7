import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { ReturnRow, ReturnState } from '#src/domain/migration/store.ts'
import { sqliteDialect } from '#src/store/driver/sqlite.ts'
import { SqliteConnection } from '#src/store/driver/sqlite-connection.ts'
import { returnReads, returnWrites } from '#src/store/migration/returns.ts'
import { migrationReturns } from '#src/store/migrations/0015-migration-returns.ts'
import { returnsOfSources } from '#src/store/migrations/0028-returns-of-sources.ts'
import type { Session } from '#src/store/session.ts'
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

test('an item on its way to two sources is known to each by itself: neither forgets what was sent to the other', async () => {
  const { store, organization, mailboxes } = temporary
  const at = { organization: organization.id, mailbox: mailboxes[0]!.mailbox }
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  const { migration } = store
  const [first, second] = ['first', 'second']
  await store.transact(scope, async ({ migration: writer }) => {
    for (const item of [1_001, 1_002]) {
      await writer.putReturn(at, row(item, first, 'sent'))
      await writer.putReturn(at, row(item, second, 'left'))
    }
  })
  const items = [1_001, 1_002] as ItemNo[]
  for (const [source, state] of [[first, 'sent'] as const, [second, 'left'] as const])
    assert.deepEqual(
      [...(await migration.findReturns(at, source, items)).values()].map((each) => each.state),
      [state, state],
    )
  // A page ends with all that is known of an item.
  const page = await migration.listReturns(at, { after: 1_000, limit: 1 })
  assert.deepEqual(page.rows.map(({ item, source }) => [item, source]).sort(), [
    [1_001, first],
    [1_001, second],
  ])
  assert.equal(page.next, 1_001)
  await store.transact(scope, ({ migration: writer }) => writer.forgetReturns(at, second, 'left'))
  assert.equal((await migration.findReturns(at, second, items)).size, 0)
  assert.equal((await migration.findReturns(at, first, items)).size, 2)
})

test('rows of before are still whose they are, and get a key of their own when they are written next', async () => {
  const sql = new SqliteConnection(':memory:')
  for (const statement of migrationReturns.up(sqliteDialect)) await sql.run(statement)
  const sealed = (place: string, words: object) => Buffer.from(JSON.stringify({ place, words }))
  const key = {
    blind: (_: string, value: string) => Buffer.from(`key of ${value}`),
    sealJson: sealed,
    openJson: (place: string, octets: Uint8Array) => {
      const told = JSON.parse(Buffer.from(octets).toString())
      assert.equal(told.place, place)
      return told.words
    },
  }
  const session = { sql, keys: { mailbox: async () => ({ no: 7, key }) } } as unknown as Session
  for (const item of [1, 2]) {
    const { item: _, state, attempts, sizeBytes, ...words } = row(item, 'old', 'sent')
    await sql.run(
      'INSERT INTO migration_return (mailbox, item, state, attempts, size_bytes, sealed) VALUES (?, ?, ?, ?, ?, ?)',
      ...[7, item, state, attempts, sizeBytes, sealed(`migration-return:7:${item}`, words)],
    )
  }
  for (const statement of returnsOfSources.up(sqliteDialect)) await sql.run(statement)
  const { findReturns, countReturns, listReturns } = returnReads(session)
  const { putReturn, forgetReturns } = returnWrites(session)
  const at = {} as MailboxRef
  const items = [1, 2] as ItemNo[]
  assert.equal((await findReturns(at, 'old', items)).size, 2)
  assert.equal((await findReturns(at, 'new', items)).size, 0)
  await putReturn(at, row(1, 'new', 'left'))
  await putReturn(at, row(1, 'old', 'returned'))
  await putReturn(at, row(1, 'old', 'returned'))
  assert.deepEqual(await countReturns(at, 'old'), { sent: 1, returned: 1, left: 0 })
  assert.deepEqual(await countReturns(at, 'new'), { sent: 0, returned: 0, left: 1 })
  const all = (await listReturns(at, { limit: 10 })).rows.map(({ item, source }) => `${item} ${source}`)
  assert.deepEqual(all.toSorted(), ['1 new', '1 old', '2 old'])
  await forgetReturns(at, 'old', 'sent')
  assert.deepEqual(await countReturns(at, 'old'), { sent: 0, returned: 1, left: 0 })
  sql.close()
})
