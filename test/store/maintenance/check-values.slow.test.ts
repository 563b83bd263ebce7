import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import Database from 'better-sqlite3'
import { Bodies } from '#src/store/bodies/bodies.ts'
import { Segments } from '#src/store/bodies/segments.ts'
import type { Column, Driver } from '#src/store/driver/driver.ts'
import { openSqlite, sqliteDialect } from '#src/store/driver/sqlite.ts'
import { SqliteConnection } from '#src/store/driver/sqlite-connection.ts'
import { Keyring } from '#src/store/keyring.ts'
import { databaseFile, segmentFolder } from '#src/store/layout.ts'
import { check } from '#src/store/maintenance/check.ts'
import { Keepers } from '#src/store/maintenance/keepers.ts'
import { migrations } from '#src/store/migrations/index.ts'
import { Sequence } from '#src/store/sequence.ts'
import { type FullStore, fullStore } from './full-store.ts'

type Wrong = string | number | bigint | Buffer

/** Every column there is, as the migrations make them. */
const columns = sqliteDialect.columnsAfter(migrations.flatMap(({ up }) => up(sqliteDialect)))

/** What is of another type, or a number that is none of a program's. A text never holds a number: SQLite makes one a text. */
const otherTypes = {
  number: ['zz', 2n ** 60n, 0.5],
  text: [Buffer.from('zz')],
  octets: ['zz'],
} as const satisfies Record<Column['type'], readonly Wrong[]>

/** Rows of tables that a full store has nothing in: only somebody who waits, answers or goes makes one. */
const rare: Readonly<Record<string, string>> = {
  account_sending: "VALUES ('2026-01-31', 1, 1)",
  directory_gone: "SELECT id, 1, 'gone', 'user' FROM organization",
  folder_tombstone: 'SELECT no, modseq, 9999 FROM mailbox',
  kept_answer: "VALUES ('name', 'request', 'answer', 1)",
  key_to_destroy: "VALUES ('gone', 'local')",
  mail_policy: "VALUES ('name', x'00', 1, 1)",
  signed_ahead: "VALUES ('key', 1)",
}

/** Columns that may hold any text, as far as anybody can tell. */
const anyText: Readonly<Record<string, string>> = {
  'directory_gone.id': 'the id of an entry that is no more',
  'directory_sync.applying_after': 'where putting into place goes on: an id that may be gone',
  'directory_sync.lease_token': 'made at random',
  'folder.distinguished': 'mailboxes that nobody has mark folders of their own',
  'kept_answer.name': 'what clients sent, as a digest',
  'kept_answer.request': 'what clients sent, as a digest',
  'kept_answer.answer': 'what clients were told',
  'key_to_destroy.organization': 'the id of an organisation that is no more',
  'key_to_destroy.provider': 'a provider may be configured no more',
  'mail_policy.name': 'blind, and its key is not that of the store',
  'migration_item.version': 'as a source says it',
  'migration_member.lease_token': 'made at random',
  'organization.alias': 'chosen by people',
  'send_count.entry': 'the id of an entry that may be gone',
  'service_key.name': 'the key that was opened before is still remembered; check-each-table has its row gone',
  'signed_ahead.access_key': 'the id of a key that may be revoked',
  'source_link.guid': 'as a directory elsewhere says it',
  'source_link.target': 'as a directory elsewhere says it',
  'source_object.change_number': 'as a directory elsewhere says it',
  'source_object.entry': 'of an object that is no entry it says what was one',
  'source_staged.change_number': 'as a directory elsewhere says it',
  'source_staged.entry': 'what is staged is read anew by the next run',
}
/** The numbers in whose order rows lie: SQLite itself takes nothing but a whole one. */
const rowsLieBy = new Set(['body.no', 'item_sealed.no'])
/** Numbers that may be anything. */
const anyNumber: Readonly<Record<string, string>> = {
  'directory_sync.last_run_ms': 'a run may take any time',
}

describe('check of what columns hold', () => {
  let full: FullStore
  let beside: Database.Database
  let driver: Driver
  let reading: SqliteConnection
  let parts: Parameters<typeof check>[0]

  before(async () => {
    full = await fullStore()
    await full.store.close()
    const file = databaseFile(full.folder)
    driver = await openSqlite(file, assert.fail)
    const numbers = new Sequence(driver, 'store')
    const keys = new Keyring(driver.read, [full.keys], numbers, Date.now)
    const segments = await Segments.open(segmentFolder(full.folder))
    // That the file is sound is no question here, and takes a process each time; so does each connection that prepares all anew.
    reading = new SqliteConnection(file, { readonly: true })
    const sound: Driver = {
      read: driver.read,
      snapshot: async (work) => {
        reading.runNow('BEGIN')
        try {
          return await work(reading)
        } finally {
          reading.runNow('COMMIT')
        }
      },
      verify: async () => [],
    } as Partial<Driver> as Driver
    parts = {
      driver: sound,
      dialect: { ...sqliteDialect, columnsAfter: () => columns },
      keys,
      bodies: new Bodies(numbers, segments),
      segments,
      keepers: new Keepers(segments),
    }
    beside = new Database(file)
    beside.defaultSafeIntegers(true)
    for (const [table, rows] of Object.entries(rare)) beside.exec(`INSERT INTO ${table} ${rows}`)
  })
  after(async () => {
    beside.close()
    reading.close()
    parts.keys.close()
    await driver.close()
    await rm(full.folder, { recursive: true })
  })

  const checked = () => check(parts, { bodies: true }, undefined, new AbortController().signal)

  /** What is found once the last row of its table has this in that column; it is put back. */
  async function foundWith({ table, name }: Column, wrong: Wrong) {
    const key = columns
      .filter((column) => column.table === table && column.keyPlace > 0)
      .map((column) => column.name)
    const order = key.map((each) => `${each} DESC`).join(', ')
    const row = beside.prepare(`SELECT * FROM ${table} ORDER BY ${order} LIMIT 1`).get() as
      | Record<string, Wrong>
      | undefined
    assert.ok(row, `${table} is empty`)
    const where = key.map((each) => `${each} IS ?`).join(' AND ')
    const put = (to: Wrong | undefined, at: Record<string, Wrong>) =>
      beside.prepare(`UPDATE ${table} SET ${name} = ? WHERE ${where}`).run(to, ...key.map((each) => at[each]))
        .changes
    assert.equal(put(wrong, row), 1)
    try {
      return await checked()
    } finally {
      assert.equal(put(row[name], { ...row, [name]: wrong }), 1)
    }
  }

  it('finds nothing in a sound store', async () => {
    assert.deepEqual((await checked()).findings, [])
  })

  for (const column of columns) {
    const name = `${column.table}.${column.name}`
    it(`finds another type in ${name}, and looks at the rest`, async () => {
      for (const wrong of otherTypes[column.type]) {
        if (rowsLieBy.has(name) && typeof wrong !== 'bigint') {
          await assert.rejects(foundWith(column, wrong), { code: 'SQLITE_MISMATCH' })
          continue
        }
        const { findings } = await foundWith(column, wrong)
        const said = `${wrong} in ${name}: ${JSON.stringify(findings.slice(0, 9))}`
        assert.ok(
          findings.some(({ where }) => where === `table ${column.table}, column ${column.name}`),
          said,
        )
        assert.ok(!findings.some(({ what }) => what.startsWith('The check ended early')), said)
      }
    })
    if (column.type === 'octets') continue
    it(`finds what ${name} never holds`, async () => {
      const isNumber = column.type === 'number'
      // A time may lie before 1970.
      const never = isNumber ? (/(at|until|_ms)$/.test(name) ? Number.MAX_SAFE_INTEGER : -1) : 'zz'
      const { findings } = await foundWith(column, never)
      const mayHold = (isNumber ? anyNumber : anyText)[name]
      if (mayHold === undefined) assert.notDeepEqual(findings, [], `${name} was ${never}, and nobody saw it`)
      else assert.deepEqual(findings, [], `${name}: ${mayHold}`)
    })
  }
})
