import assert from 'node:assert/strict'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import Database from 'better-sqlite3'
import type { CheckResult } from '#src/domain/maintenance/store.ts'
import { sqliteDialect } from '#src/store/driver/sqlite.ts'
import { migrations } from '#src/store/migrations/index.ts'
import { openTestStore } from '#test/support/store.ts'
import { fullStore } from './full-store.ts'

type Column = { table: string; name: string; type: string; pk: number }

/** Every table and column there is, as the migrations make them. */
const columns = ((): Column[] => {
  const database = new Database(':memory:')
  for (const { up } of migrations) for (const statement of up(sqliteDialect)) database.exec(statement)
  const rows = database
    .prepare(
      `SELECT t.name AS "table", c.name, c.type, c.pk FROM sqlite_schema t, pragma_table_info(t.name) c
       WHERE t.type = 'table' ORDER BY t.name, c.cid`,
    )
    .all() as Column[]
  database.close()
  return rows
})()
const tables = [...new Set(columns.map(({ table }) => table))]

/** What is sealed or wrapped. */
const isSealed = ({ name, type }: Column) =>
  type === 'BLOB' && /^sealed|^wrapped|^listing$|^detail$|^salt$/.test(name)
const sealed = columns.filter(isSealed)

/** What sealed rows are found by. Those of staging are read anew by the next run. */
const found = columns.filter(
  (column) =>
    column.type === 'BLOB' &&
    column.name.endsWith('_key') &&
    !isSealed(column) &&
    column.table !== 'source_staged',
)
/** Blind keys of which nobody but who has their value can tell what they were. */
const untold: Readonly<Record<string, string>> = {
  'access_token.token_key': 'the digest of a token is kept nowhere else',
  'source_object.form_key': 'one that is wrong makes the object be looked into again',
  'source_object.place_key': 'the next reading of all makes it anew',
  'source_object.upn_key': 'the next reading of all makes it anew',
  'source_object.sam_key': 'the next reading of all makes it anew',
  'source_object.sid_key': 'the next reading of all makes it anew',
}

/** Tables whose rows people and jobs take away one by one, so that nothing tells that one is missing. */
const mayGo: Readonly<Record<string, string>> = {
  access_key: 'keys are revoked',
  access_token: 'tokens are deleted',
  account_sending: 'days are forgotten',
  availability: 'configurations are deleted',
  configuration: 'settings are reset',
  digest: 'searches make it anew',
  directory_credential: 'a user may be without a password',
  directory_gone: 'changes are forgotten',
  directory_member: 'members leave',
  directory_permission: 'rights are taken away',
  directory_sync: 'a directory is disconnected',
  folder_permission: 'rights are taken away',
  folder_tombstone: 'changes are forgotten',
  kept_answer: 'answers are forgotten after a day',
  key_to_destroy: 'keys are destroyed',
  mail_policy: 'policies are fetched anew',
  migration_item: 'an item may be copied again',
  migration_member: 'a mailbox may be taken out of a project',
  migration_return: 'what is settled is forgotten',
  migration_source: 'a project may be without sources',
  opened: 'it is written by a test of the disk alone',
  resource_delegate: 'delegates are removed',
  send_count: 'days are forgotten',
  signed_ahead: 'it is forgotten',
  source_link: 'the next reading makes it anew',
  source_object: 'objects go',
  source_staged: 'staging is emptied',
}

describe('check of a store in which each table was damaged', () => {
  let scratch: string
  let sound: string

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'landbridge-check-each-'))
    const full = await fullStore()
    await full.store.close()
    sound = join(scratch, 'sound')
    await cp(full.folder, sound, { recursive: true })
    await rm(full.folder, { recursive: true })
  })
  after(() => rm(scratch, { recursive: true, force: true }))

  /** What a check finds after this statement, which must have changed something; undefined where there was no row for it. */
  async function checked(statement: string): Promise<CheckResult | undefined> {
    const folder = join(scratch, 'damaged')
    await rm(folder, { recursive: true, force: true })
    await cp(sound, folder, { recursive: true })
    const database = new Database(join(folder, 'landbridge.sqlite'))
    database.function('flipped', (octets) => {
      const changed = Buffer.from(octets as Buffer)
      changed[changed.length >> 1]! ^= 1
      return changed
    })
    const { changes } = database.prepare(statement).run()
    database.close()
    if (changes === 0) return undefined
    const { store, care } = await openTestStore(folder)
    try {
      return await care.check({ bodies: true })
    } finally {
      await store.close()
    }
  }
  const flipped = ({ table, name }: Column) =>
    checked(`UPDATE ${table} SET ${name} = flipped(${name}) WHERE LENGTH(${name}) > 0`)

  it('finds nothing in a sound one', async () => {
    const result = await checked('UPDATE organization SET alias = alias')
    assert.deepEqual(result?.findings, [])
  })

  for (const column of sealed) {
    const name = `${column.table}.${column.name}`
    it(`finds one octet changed in ${name}`, async () => {
      const result = await flipped(column)
      // A held object is as rare as that: it is sealed and opened as the others of its table.
      if (result === undefined)
        assert.equal(name, 'source_object.sealed_held', `${name} is empty in a full store`)
      else assert.ok(result.findingCount > 0, `${name} was changed, and nobody saw it`)
    })
  }

  for (const column of found) {
    const name = `${column.table}.${column.name}`
    if (untold[name] !== undefined) continue
    it(`finds what is found by another ${name}`, async () => {
      const result = await flipped(column)
      assert.ok(result, `${name} is empty in a full store`)
      assert.ok(result.findingCount > 0, `${name} was changed, and nobody saw it`)
    })
  }

  for (const table of tables) {
    if (mayGo[table] !== undefined) continue
    const key = columns.filter((column) => column.table === table && column.pk > 0).map(({ name }) => name)
    const order = key.map((name) => `${name} DESC`).join(', ')
    it(`finds a row of ${table} that is gone`, async () => {
      const result = await checked(
        `DELETE FROM ${table} WHERE (${key.join(', ')}) = (SELECT ${key.join(', ')} FROM ${table} ORDER BY ${order} LIMIT 1)`,
      )
      assert.ok(result, `${table} is empty in a full store`)
      assert.ok(result.findingCount > 0, `a row of ${table} went, and nobody saw it`)
    })
  }

  const others: Readonly<Record<string, [statement: string, said: RegExp]>> = {
    'an inbox that is none any more': [
      "UPDATE folder SET distinguished = NULL WHERE distinguished = 'inbox'",
      /No folder is marked as its "inbox"/,
    ],
    'another folder in the place of the inbox': [
      "UPDATE folder SET parent = 1 WHERE distinguished = 'inbox'",
      /marked as its "inbox" and lies in folder/,
    ],
    'a calendar of another class': [
      "UPDATE folder SET class = 'message' WHERE distinguished = 'calendar'",
      /marked as its "calendar" and is of class "message"/,
    ],
    'a folder without UIDVALIDITY': [
      'UPDATE folder SET uid_validity = 0',
      /has UIDVALIDITY 0, which there cannot be/,
    ],
    'a folder that was taken out of the quota': [
      "UPDATE folder SET recoverable = 1 WHERE distinguished = 'inbox'",
      /does not lie among the recoverable items and does not count/,
    ],
    'an event that no calendar shows': ['DELETE FROM event', /it has no index entry/],
    'an event on another day': ['UPDATE event SET bin = bin + 1', /filed under another time than its own/],
    'numbers that are given out again': ['UPDATE sequence SET next = 1', /Numbers are given out from 1 on/],
    'numbers of a migration that are given out again': [
      'UPDATE migration_project SET next_event = 1',
      /does not have just the events/,
    ],
    'a batch in another state': [
      "UPDATE migration_batch SET state = 'x'",
      /has another state than what is sealed/,
    ],
    'a mailbox of a migration in another batch': [
      'UPDATE migration_member SET batch = 9',
      /belongs to a batch that is not there/,
    ],
    'settings of a folder that is not there': [
      'UPDATE configuration SET folder = 99999',
      /hangs on a folder that is not there/,
    ],
    'rows of a mailbox that is not there': [
      'UPDATE item SET mailbox = mailbox + 1000000 WHERE no = 1',
      /Rows of table item belong to a mailbox that is not there/,
    ],
    'sealed rows of a mailbox that is not there': [
      'UPDATE item_sealed SET mailbox = mailbox + 1000000 WHERE no = (SELECT MAX(no) FROM item_sealed)',
      /Row \d+ of table item_sealed belongs to a mailbox that is not there/,
    ],
    'rows between two mailboxes': [
      'UPDATE digest SET mailbox = 0',
      /Rows of table digest belong to a mailbox that is not there/,
    ],
    'a right on a folder for nobody': [
      "UPDATE folder_permission SET grantee = 'nobody'",
      /an entry of its organisation, default or anonymous: "nobody"/,
    ],
    'a trace on another day': ['UPDATE trace_key SET day = day + 1', /not found by just what they name/],
    'traces of what never was': [
      'UPDATE trace_key SET no = no + 7 WHERE at = (SELECT MAX(at) FROM trace_key)',
      /names lead to events that are not there/,
    ],
  }
  for (const [what, [statement, said]] of Object.entries(others)) {
    it(`finds ${what}`, async () => {
      const result = await checked(statement)
      assert.ok(
        result?.findings.some((finding) => said.test(finding.what)),
        JSON.stringify(result?.findings.slice(0, 5)),
      )
    })
  }
})
