import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import Database from 'better-sqlite3'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { CheckResult } from '#src/domain/maintenance/store.ts'
import type { Progress } from '#src/domain/organization/store.ts'
import type { Store } from '#src/domain/store.ts'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import { openSqlite, sqliteDialect } from '#src/store/driver/sqlite.ts'
import { migrate } from '#src/store/migrate.ts'
import { migrations } from '#src/store/migrations/index.ts'
import { openStore } from '#src/store/open.ts'
import { appendMessage, openTestStore, type TestMailbox } from '#test/support/store.ts'
import { fullStore } from '../maintenance/full-store.ts'
import { toSchema23 } from './schema-23.ts'

/** Copies of messages: so many that a portion of the migration ends in the middle of a mailbox several times. */
const COPIES = 1_200

describe('a store of schema 23', () => {
  let scratch: string
  let old: string
  let boxes: readonly MailboxRef[]
  let was: readonly string[]
  let sound: CheckResult

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'landbridge-schema-23-'))
    const full = await fullStore()
    boxes = full.mailboxes.map(({ organization, mailbox }) => ({ organization, mailbox }))
    await fill(full.store, full.mailboxes[0]!)
    was = await readAll(full.store, boxes)
    sound = await full.care.check({ bodies: true })
    assert.deepEqual(sound.findings, [])
    await full.store.close()
    old = join(scratch, 'old')
    await cp(full.folder, old, { recursive: true })
    await rm(full.folder, { recursive: true })
    await toSchema23(old)
  })
  after(() => rm(scratch, { recursive: true, force: true }))

  let made = 0
  /** A copy of it, after something was done to it. */
  async function another(damage?: string): Promise<string> {
    const folder = join(scratch, String(made++))
    await cp(old, folder, { recursive: true })
    if (damage === undefined) return folder
    const database = new Database(join(folder, 'landbridge.sqlite'))
    const { changes } = database.prepare(damage).run()
    database.close()
    assert.ok(changes > 0, `nothing was changed by ${damage}`)
    return folder
  }

  async function isWhole(folder: string): Promise<void> {
    const { store, care } = await openTestStore(folder)
    try {
      assert.deepEqual(await readAll(store, boxes), was)
      assert.deepEqual(await care.check({ bodies: true }), sound)
    } finally {
      await store.close()
    }
    const rows = rowsIn(folder)
    assert.deepEqual(
      Object.keys(rows).filter((table) => table.endsWith('_by_mailbox')),
      [],
    )
    assert.equal(rows.item_sealed, rows.item)
  }

  const opened = (
    folder: string,
    report: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Store> => {
    const keys = localKeyFiles(join(folder, 'keys'))
    return openStore({ folder, keyProviders: [keys], defaultKeyProvider: keys.kind, report, signal })
  }

  it('has every item, body and copy as it was, and is sound', async () => {
    const folder = await another()
    const seen: Progress[] = []
    await (await opened(folder, (progress) => seen.push(progress))).close()
    assert.deepEqual(seen[0]!.done, 0)
    assert.equal(seen.at(-1)!.done, seen.at(-1)!.total)
    // What no item leads to comes behind the last of them, and is not told as another end.
    assert.equal(seen.filter(({ done, total }) => done >= total).length, 1)
    assert.ok(seen.length > 4, `${seen.length} portions`)
    await isWhole(folder)
  })

  it('goes on after any portion, one end after the other', async () => {
    const folder = await another()
    let ended = 0
    for (;;) {
      let portions = 0
      try {
        // One more portion each time than was done before: what is done is passed over.
        const stop = () => {
          if (portions++ > ended + 1) throw new Error('an end')
        }
        await (await opened(folder, stop)).close()
        break
      } catch (error) {
        assert.match((error as Error).message, /an end/)
        ended++
      }
    }
    assert.ok(ended > 2, `${ended} ends`)
    await isWhole(folder)
  })

  it('ends between two portions when it is told to, and goes on', async () => {
    const folder = await another()
    const stop = new AbortController()
    const opening = opened(folder, ({ done }) => done > 0 && stop.abort(), stop.signal)
    await assert.rejects(opening, { name: 'AbortError' })
    assert.notEqual(rowsIn(folder).item_sealed_by_mailbox ?? 0, 0)
    await isWhole(folder)
  })

  it('loses nothing by kill -9', async () => {
    const folder = await another()
    let kills = 0
    while (!(await upgradeKilledAfter(folder, 20 + 60 * kills))) kills++
    assert.ok(kills > 0)
    await isWhole(folder)
  })

  it('is refused by the program of before once it began', async () => {
    const folder = await another()
    await assert.rejects(
      opened(folder, ({ done }) => {
        if (done > 0) throw new Error('an end')
      }),
      /an end/,
    )
    const driver = await openSqlite(join(folder, 'landbridge.sqlite'), () => undefined)
    await assert.rejects(migrate(driver, sqliteDialect, migrations.slice(0, 23)), {
      reason: 'wrong-state',
      message: /newer Landbridge: its schema is 24/,
    })
    await driver.close()
    await isWhole(folder)
  })

  const damages: Readonly<Record<string, [statement: string, said: RegExp]>> = {
    'a body without an item': [
      'INSERT INTO body SELECT mailbox, no + 5000000, 1, salt, size_bytes, sealed, NULL, NULL FROM body WHERE sealed IS NOT NULL',
      /Body \d+ is there for item 0, which does not have it/,
    ],
    'a body of a mailbox that is gone': [
      'INSERT INTO body SELECT mailbox + 5000000, no + 5000000, 1, salt, size_bytes, sealed, NULL, NULL FROM body WHERE sealed IS NOT NULL',
      /Row \d+ of table body belongs to a mailbox that is not there/,
    ],
    'a sealed row without an item': [
      'INSERT INTO item_sealed SELECT mailbox, item + 5000000, listing, detail FROM item_sealed',
      /The sealed row \d+ is there for item \d+, which does not have it/,
    ],
    'an item without its sealed row': ['DELETE FROM item_sealed WHERE item = 3', /has lost its sealed row/],
    'an item without its body': [
      'DELETE FROM body WHERE sealed IS NOT NULL',
      /The body of item \d+ is not there/,
    ],
  }
  for (const [what, [statement, said]] of Object.entries(damages)) {
    it(`is brought over with ${what}, and check names it`, async () => {
      const { store, care } = await openTestStore(await another(statement))
      try {
        const { findings } = await care.check({ bodies: true })
        assert.ok(
          findings.some((finding) => said.test(finding.what)),
          JSON.stringify(findings.slice(0, 5)),
        )
      } finally {
        await store.close()
      }
    })
  }

  it('is refused, with all that it has, where two mailboxes have one body', async () => {
    const folder = await another(
      'INSERT INTO body SELECT mailbox + 1, no, 1, salt, size_bytes, sealed, NULL, NULL FROM body WHERE sealed IS NOT NULL',
    )
    await assert.rejects(
      opened(folder, () => undefined),
      {
        reason: 'damaged',
        message: /body \d+ is in it for two mailboxes/,
      },
    )
    const rows = rowsIn(folder)
    assert.ok(rows.body_by_mailbox! > 0)
  })
})

/** Many items in several folders, most of them copies that share bodies in their rows and in a file, and one changed to have its own. */
async function fill(store: Store, box: TestMailbox): Promise<void> {
  const at = { organization: box.organization, mailbox: box.mailbox }
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  const items: ItemNo[] = []
  for (const size of [10, 5_000, 100_000, 20_000]) items.push((await appendMessage(store, box, 'm', size)).no)
  for (let copies = 0; copies < COPIES; copies += 100) {
    const copied = await store.transact(scope, async ({ mailboxes }) => {
      const done = []
      for (let times = 0; times < 100 / items.length; times++)
        done.push(...(await mailboxes.copyItems(at, { items, to: times % 2 ? box.archive : box.inbox })))
      return done
    })
    // Some of those that had a body first go before the others.
    if (copies === 300)
      await store.transact(scope, ({ mailboxes }) => mailboxes.removeItems(at, items.splice(0, 2)))
    items.splice(0, 1, copied[0]!.toItem)
  }
}

/** A line for each item with all that it is, and the hash of its body. */
async function readAll(store: Store, boxes: readonly MailboxRef[]): Promise<string[]> {
  const lines: string[] = []
  const parts = ['summary', 'structure', 'content', 'properties'] as const
  for (const at of boxes) {
    for (const { no: folder } of await store.mailboxes.listFolders(at)) {
      let place: number | string | null = null
      do {
        const page: Awaited<ReturnType<Store['mailboxes']['listItems']>> = await store.mailboxes.listItems(
          at,
          folder,
          { order: 'uid', after: place, limit: 200, parts },
        )
        for (const item of page.rows) {
          const hash = createHash('sha256')
          if (item.body !== null)
            for await (const piece of store.mailboxes.readBody(at, item.body)) hash.update(piece)
          lines.push(JSON.stringify([item, hash.digest('hex')]))
        }
        place = page.next
      } while (place !== null)
    }
  }
  return lines
}

function rowsIn(folder: string): Record<string, number> {
  const database = new Database(join(folder, 'landbridge.sqlite'), { readonly: true })
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .pluck()
    .all() as string[]
  const rows = tables.map((table) => [table, database.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get()])
  database.close()
  return Object.fromEntries(rows)
}

/** Whether the upgrade ended before a process that does it was killed, so long after it began. */
function upgradeKilledAfter(folder: string, forMs: number): Promise<boolean> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'open-store.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), forMs))
    child.once('close', (code) => resolve(code === 0))
  })
}
