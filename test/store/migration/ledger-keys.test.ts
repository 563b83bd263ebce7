import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { newMailboxId } from '#src/base/ids.ts'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { LedgerFolderNo, LedgerItem } from '#src/domain/migration/store.ts'
import { formatItemId } from '#src/protocols/ews/ids.ts'
import { DataKey } from '#src/store/data-key.ts'
import { openSqlite, sqliteDialect } from '#src/store/driver/sqlite.ts'
import { migrate } from '#src/store/migrate.ts'
import { migrationOfMailbox } from '#src/store/migration/check.ts'
import { itemPlace, ledgerItemReads, ledgerItemWrites } from '#src/store/migration/ledger-items.ts'
import { itemKey } from '#src/store/migration/ledger-keys.ts'
import { migrations } from '#src/store/migrations/index.ts'
import type { Keys, OpenMailbox } from '#src/store/session.ts'

const secret = randomBytes(32)
/** As after a start: nothing is known of the ledger yet. */
const opened = (): OpenMailbox => ({ no: 7, key: new DataKey(secret) })

test('two keys of a source have two in the ledger', () => {
  const open = opened()
  const any = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.uint8Array().map((octets) => Buffer.from(octets).toString('latin1')),
  )
  fc.assert(
    fc.property(any, any, fc.constantFrom('old', 'other'), (one, other, source) => {
      const [a, b] = [itemKey(open, 'old', one), itemKey(open, source, other)]
      assert.equal(a.length, 20)
      const same = one === other && source === 'old'
      assert.equal(a.equals(b), same)
    }),
    { examples: [['ab', 'ab\0', 'old']] },
  )
})

test('items that came one after the other lie together, whatever their source calls them', () => {
  const open = opened()
  const mailbox = newMailboxId()
  // MS-OXCDATA §2.2.1: a message's entry id ends in its counter and two octets of padding.
  const entry = (no: number) => {
    const octets = Buffer.alloc(80, 7)
    octets.writeUIntBE(0x0b_00_00_00 + no, 71, 6)
    octets.fill(0, 77)
    return octets.toString('base64')
  }
  const sources: Record<string, (no: number) => string> = {
    'this service': (no) => formatItemId(mailbox, (300_000 + no) as ItemNo),
    Exchange: entry,
    IMAP: (no) => `0123456789abcdef.1700000000.${100_000 + no}`,
    'a count': (no) => String(100_000 + no),
  }
  for (const [what, keyOf] of Object.entries(sources)) {
    const all = Array.from({ length: 40_000 }, (_, no) => itemKey(open, 'old', keyOf(no)))
    const order = new Map(all.toSorted(Buffer.compare).map((key, at) => [key, at]))
    // As many pages of 100 keys as a hundred items that come together lie on; with keys in no order it would be some 90.
    for (let from = 0; from < all.length; from += 100) {
      const pages = new Set(all.slice(from, from + 100).map((key) => Math.floor(order.get(key)! / 100)))
      assert.ok(pages.size <= 10, `${what}: ${pages.size} pages`)
    }
  }
})

const folder = await mkdtemp(join(tmpdir(), 'landbridge-ledger-'))
const driver = await openSqlite(join(folder, 'ledger.sqlite'), (message) => assert.fail(message))
await migrate(driver, sqliteDialect, migrations)
after(async () => {
  await driver.close()
  await rm(folder, { recursive: true })
})

const row = (key: string, change: Partial<LedgerItem> = {}): LedgerItem => ({
  ...{ source: 'old', key, folder: 1 as LedgerFolderNo, item: null, state: 'copied', version: '1' },
  ...{ match: `match of ${key}`, attempts: 0, modseq: 1, listing: 1, pass: 1, sizeBytes: 10, hash: null },
  ...{ title: '', code: '', problem: '', losses: [], ...change },
})
const at = { mailbox: newMailboxId() } as MailboxRef
const ledger = (open: OpenMailbox) => {
  const keys = { mailbox: async () => open } as unknown as Keys
  return {
    ...ledgerItemReads({ sql: driver.read, keys }, true),
    write: <T>(work: (writes: ReturnType<typeof ledgerItemWrites>) => Promise<T>) =>
      driver.transact((sql) => work(ledgerItemWrites({ sql, keys }))),
  }
}
const lengths = async () =>
  (
    await driver.read.all<{ item_key: Uint8Array; match_key: Uint8Array }>(
      'SELECT item_key, match_key FROM migration_item',
    )
  ).map(({ item_key, match_key }) => [item_key.length, match_key.length])

/** As earlier versions wrote them. */
async function asBefore(open: OpenMailbox, names: readonly string[]): Promise<void> {
  for (const name of names)
    await driver.transact(async (sql) => {
      const now = itemKey(open, 'old', name)
      const was = open.key.blind('migration-item', `old\0${name}`)
      const [there] = await sql.all<{ sealed: Uint8Array }>(
        'SELECT sealed FROM migration_item WHERE item_key = ?',
        now,
      )
      const words = open.key.openJson(itemPlace(open, now), there!.sealed)
      await sql.run(
        'UPDATE migration_item SET item_key = ?, match_key = ?, sealed = ? WHERE item_key = ?',
        was,
        open.key.blind('migration-match', `old\x0010\0match of ${name}`),
        open.key.sealJson(itemPlace(open, was), words),
        now,
      )
    })
}

test('a ledger of before goes on: its rows are found, listed, matched and removed, and replaced when they are written', async () => {
  const names = ['one', 'two', 'three', 'four']
  const open = opened()
  await ledger(open).write(async (writes) => {
    for (const name of names) await writes.putLedgerItem(at, row(name))
  })
  assert.deepEqual(
    await lengths(),
    names.map(() => [20, 6]),
  )
  await asBefore(open, names)
  assert.deepEqual(
    await lengths(),
    names.map(() => [16, 16]),
  )

  const later = ledger(opened())
  assert.deepEqual(
    [...(await later.findLedgerItems(at, 'old', [...names, 'five'])).keys()].sort(),
    names.toSorted(),
  )
  assert.deepEqual(
    (await later.matchingItems(at, 'old', 'match of two', 10, 9)).map(({ key }) => key),
    ['two'],
  )
  await later.write(async (writes) => {
    await writes.noteListed(at, 'old', ['one', 'two'], 5)
    await writes.putLedgerItem(at, row('two', { listing: 6 }))
    await writes.renameLedgerItem(at, row('three'), 'five')
    await writes.removeLedgerItem(at, 'old', 'four')
  })
  const found = await later.findLedgerItems(at, 'old', [...names, 'five'])
  assert.deepEqual([...found.values()].map(({ key, listing }) => [key, listing]).sort(), [
    ['five', 1],
    ['one', 5],
    ['two', 6],
  ])
  assert.deepEqual((await lengths()).map(([key]) => key).sort(), [16, 20, 20])
  assert.deepEqual(
    (await later.matchingItems(at, 'old', 'match of two', 10, 9)).map(({ key }) => key),
    ['two'],
  )
  assert.deepEqual(await later.matchingItems(at, 'old', 'match of two', 11, 9), [])

  const table = migrationOfMailbox.find(({ table }) => table === 'migration_item')!
  for (const each of await driver.read.all('SELECT * FROM migration_item')) {
    const clear = table.clear(opened(), each)
    for (const [column, value] of Object.entries(clear)) assert.deepEqual(each[column], value, column)
  }
})

test('where the last row of before is taken away by a transaction that fails it is found afterwards', async () => {
  const open = opened()
  await driver.transact((sql) => sql.run('DELETE FROM migration_item'))
  await ledger(open).write((writes) => writes.putLedgerItem(at, row('one')))
  await asBefore(open, ['one'])
  const later = ledger(opened())
  const fails = later.write(async (writes) => {
    await writes.putLedgerItem(at, row('one'))
    await writes.putLedgerItem(at, row('two'))
    throw new Error('no room')
  })
  await assert.rejects(fails, /no room/)
  assert.deepEqual([...(await later.findLedgerItems(at, 'old', ['one', 'two'])).keys()], ['one'])
})

test("what is found by a short key of its match, and is of another, takes nobody's place", async () => {
  const open = opened()
  await driver.transact((sql) => sql.run('DELETE FROM migration_item'))
  await ledger(open).write(async (writes) => {
    for (const name of ['like one', 'like two', 'one', 'two']) {
      const match = name.startsWith('like ') ? undefined : 'one match'
      await writes.putLedgerItem(at, row(name, match === undefined ? {} : { match }))
    }
  })
  const [one] = await driver.read.all<{ match_key: Uint8Array }>(
    'SELECT match_key FROM migration_item WHERE item_key = ?',
    itemKey(open, 'old', 'one'),
  )
  await driver.transact((sql) => sql.run('UPDATE migration_item SET match_key = ?', one!.match_key))
  const found = async (most: number) =>
    (await ledger(open).matchingItems(at, 'old', 'one match', 10, most)).map(({ key }) => key).sort()
  assert.deepEqual(await found(9), ['one', 'two'])
  assert.deepEqual(await found(2), ['one', 'two'])
  assert.equal((await found(1)).length, 1)
})
