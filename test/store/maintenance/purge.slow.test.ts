import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import Database from 'better-sqlite3'
import { newMailboxId } from '#src/base/ids.ts'
import type { Driver, Sql } from '#src/store/driver/driver.ts'
import { sqliteDialect } from '#src/store/driver/sqlite.ts'
import { SqliteConnection } from '#src/store/driver/sqlite-connection.ts'
import { purge } from '#src/store/maintenance/purge.ts'
import { migrations } from '#src/store/migrations/index.ts'
import { appendMessage, type TestMailbox } from '#test/support/store.ts'
import { type FullStore, fullStore } from './full-store.ts'

/** A driver over a database in memory that counts its reads; `most` is the most between two turns of the event loop. */
async function countingDriver(): Promise<{ driver: Driver; sql: SqliteConnection; reads: { most: number } }> {
  const sql = new SqliteConnection(':memory:')
  for (const migration of migrations) for (const text of migration.up(sqliteDialect)) sql.database.exec(text)
  const reads = { most: 0 }
  let inTurn = 0
  const count = () => {
    if (inTurn === 0)
      setImmediate(() => {
        inTurn = 0
      })
    reads.most = Math.max(reads.most, ++inTurn)
    return sql
  }
  const read: Sql = {
    all: (text, ...values) => count().all(text, ...values),
    get: (text, ...values) => count().get(text, ...values),
    run: (text, ...values) => sql.run(text, ...values),
  }
  return { driver: { read, transact: (work) => work(sql) } as Driver, sql, reads }
}

/** How many rows each table has. */
function rowsIn(folder: string): Record<string, number> {
  const database = new Database(join(folder, 'landbridge.sqlite'), { readonly: true })
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .pluck()
    .all() as string[]
  const counts = tables
    .filter((name) => !name.startsWith('sqlite_'))
    .map((name) => [name, database.prepare(`SELECT COUNT(*) FROM ${name}`).pluck().get() as number] as const)
  database.close()
  return Object.fromEntries(counts)
}

const destroy = ({ store }: FullStore, box: TestMailbox) =>
  store.transact({ organization: box.organization, mailboxes: [box.mailbox] }, (writer) =>
    writer.mailboxes.destroyMailbox(box),
  )

/** Tables that are not about organisations and mailboxes. */
const others = new Set([
  'opened',
  'schema_version',
  'sequence',
  'segment',
  'kept_answer',
  'signed_ahead',
  'service_key',
  'account_sending',
  'mail_policy',
])

describe('purging', () => {
  it('removes every row of a destroyed organisation, and no row of another', async () => {
    const full = await fullStore()
    try {
      const before = rowsIn(full.folder)
      for (const [table, rows] of Object.entries(before))
        assert.ok(
          rows > 0 ||
            others.has(table) ||
            ['directory_gone', 'folder_tombstone', 'key_to_destroy'].includes(table),
          `${table} is empty`,
        )
      const other = await full.store.organizations.create({ alias: 'other' })
      await full.store.organizations.destroy(full.organization.id)
      await full.care.tidy()
      const left = Object.entries(rowsIn(full.folder)).filter(
        ([table, rows]) => rows > 0 && !others.has(table),
      )
      assert.deepEqual(left, [['organization', 1]])
      assert.equal((await full.store.organizations.get(other.id)).alias, 'other')
      assert.deepEqual((await full.care.check({ bodies: true })).findings, [])
      assert.equal((await full.care.statistics()).mailboxes, 0)
    } finally {
      await full.remove()
    }
  })

  it('removes a destroyed mailbox in pages, keeps the others, and frees its octets on disk', async () => {
    const full = await fullStore()
    try {
      const [one, two] = full.mailboxes as [TestMailbox, TestMailbox]
      const kept = await appendMessage(full.store, two, 'kept', 50_000)
      for (let i = 0; i < 6; i++) {
        const { no } = await appendMessage(full.store, one, 'large', 200_000)
        await full.store.transact({ organization: one.organization, mailboxes: [one.mailbox] }, async (w) => {
          for (let copies = 0; copies < 100; copies++)
            await w.mailboxes.copyItems(one, { items: [no], to: one.archive })
        })
      }
      await full.store.transact({ organization: one.organization }, async ({ directory }) => {
        await directory.removeEntry(one.organization, full.user)
      })
      assert.equal(rowsIn(full.folder).digest, 1)
      await destroy(full, one)
      await full.reopen()
      const waits: number[] = []
      let last = performance.now()
      const clock = setInterval(() => {
        waits.push(performance.now() - last)
        last = performance.now()
      }, 1)
      await full.care.tidy()
      clearInterval(clock)
      assert.ok(waits.length > 3, 'others have their turn while it purges')
      const rows = rowsIn(full.folder)
      // The transport mailbox has an item of its own.
      assert.deepEqual([rows.mailbox, rows.item, rows.item_sealed, rows.body, rows.digest], [2, 2, 2, 2, 0])
      const { bodyBytes } = await full.care.statistics()
      assert.ok(bodyBytes < 60_000, `${bodyBytes} octets of bodies are left`)
      const [item] = await full.store.mailboxes.getItems(two, [kept.no], ['summary'])
      assert.equal(item!.summary!.subject, 'kept')
      assert.deepEqual((await full.care.check({ bodies: true })).findings, [])
    } finally {
      await full.remove()
    }
  })

  it('goes on where it was stopped', async () => {
    const full = await fullStore()
    try {
      for (const box of full.mailboxes) await destroy(full, box)
      const organization = full.organization.id
      await full.store.transact({ organization }, ({ directory }) =>
        directory.removeEntry(organization, full.user),
      )
      const tidying = full.care.tidy()
      // Closing the store stops what runs in the background.
      const stopped = assert.rejects(tidying, /closing/)
      await full.reopen()
      await stopped
      assert.ok(rowsIn(full.folder).mailbox! > 0)
      assert.deepEqual((await full.care.check({ bodies: true })).findings, [])
      await full.care.tidy()
      const rows = rowsIn(full.folder)
      // What is left is the transport mailbox.
      assert.deepEqual([rows.mailbox, rows.item, rows.folder, rows.body], [1, 1, 2, 1])
    } finally {
      await full.remove()
    }
  })

  it('frees the domain of a destroyed organisation for others', async () => {
    const full = await fullStore()
    try {
      const other = await full.store.organizations.create({ alias: 'other' })
      const { version: _, ...domain } = await full.store.directory.getDomain(
        full.organization.id,
        'corp.example',
      )
      await full.store.organizations.destroy(full.organization.id)
      await full.care.tidy()
      await full.store.transact({ organization: other.id }, ({ directory }) =>
        directory.createDomain(
          other.id,
          { ...domain, ownershipToken: newMailboxId() },
          { selector: 'a', privateKey: 'b' },
        ),
      )
      assert.equal((await full.store.directory.findDomainOwner('corp.example'))!.organization, other.id)
    } finally {
      await full.remove()
    }
  })

  it('looks at many organisations without holding up the event loop', async () => {
    const { driver, sql, reads } = await countingDriver()
    const inserts = [
      "INSERT INTO organization (id, alias, state, key_ref, created_at, sealed) VALUES ($id, $id, 'active', '', 0, x'')",
      'INSERT INTO directory_state (org, version, forgotten_version) VALUES ($id, 0, 0)',
      "INSERT INTO trace_event (org, at, no, sealed) VALUES ($id, 0, 0, x'')",
    ].map((text) => sql.database.prepare(text))
    sql.database.exec('BEGIN')
    for (let i = 0; i < 2_000; i++) for (const insert of inserts) insert.run({ id: `m-${i}` })
    sql.database.exec('COMMIT')
    await purge(driver, new AbortController().signal)
    assert.ok(reads.most < 10, `${reads.most} reads in one turn`)
    sql.close()
  })
})
