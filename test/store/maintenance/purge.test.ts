import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import Database from 'better-sqlite3'
import { newMailboxId } from '#src/base/ids.ts'
import { appendMessage, type TestMailbox } from '#test/support/store.ts'
import { type FullStore, fullStore } from './full-store.ts'

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
const others = new Set(['opened', 'schema_version', 'sequence', 'segment'])

describe('purging', () => {
  it('removes every row of a destroyed organisation, and no row of another', async () => {
    const full = await fullStore()
    try {
      const before = rowsIn(full.folder)
      for (const [table, rows] of Object.entries(before))
        assert.ok(
          rows > 0 || ['opened', 'directory_gone', 'folder_tombstone'].includes(table),
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
      assert.deepEqual([rows.mailbox, rows.item, rows.item_sealed, rows.body], [1, 1, 1, 1])
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
      assert.deepEqual([rows.mailbox, rows.item, rows.folder, rows.body], [0, 0, 0, 0])
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
})
