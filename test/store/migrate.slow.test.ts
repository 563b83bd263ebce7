import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Refusal } from '#src/domain/refusal.ts'
import type { Driver } from '#src/store/driver/driver.ts'
import { sqliteDialect } from '#src/store/driver/sqlite.ts'
import { SqliteConnection } from '#src/store/driver/sqlite-connection.ts'
import { migrate } from '#src/store/migrate.ts'
import { migrations } from '#src/store/migrations/index.ts'

const newest = migrations.length

/** A database brought up to a schema of before. */
async function database(to: number): Promise<{ sql: SqliteConnection; driver: Driver }> {
  const sql = new SqliteConnection(':memory:')
  const driver = { read: sql, transact: (work: (inside: SqliteConnection) => unknown) => work(sql) }
  await migrate(driver as unknown as Driver, sqliteDialect, migrations.slice(0, to))
  return { sql, driver: driver as unknown as Driver }
}

const schemaOf = (sql: SqliteConnection) =>
  sql.all<{ type: string; name: string; sql: string | null }>(
    'SELECT type, name, sql FROM sqlite_schema ORDER BY type, name',
  )

test('numbers of migrations follow each other', () => {
  assert.deepEqual(
    migrations.map(({ number }) => number),
    migrations.map((_, at) => at + 1),
  )
})

test('every schema of before becomes the newest one, and a second time changes nothing', async () => {
  const wanted = await schemaOf((await database(newest)).sql)
  for (let from = 0; from <= newest; from++) {
    const { sql, driver } = await database(from)
    assert.equal(await migrate(driver, sqliteDialect, migrations), newest)
    assert.equal(await migrate(driver, sqliteDialect, migrations), newest)
    assert.deepEqual(await schemaOf(sql), wanted, `from ${from}`)
    sql.close()
  }
})

test('what a newer program wrote is refused', async () => {
  const { driver } = await database(newest)
  await assert.rejects(migrate(driver, sqliteDialect, migrations.slice(0, -1)), {
    reason: 'wrong-state',
    message: /newer Landbridge/,
  })
})

/** What is done to a database of the newest schema, and what is said of it then. */
const damages: Readonly<Record<string, [statement: string, said: RegExp]>> = {
  'does not say which schema it has': [
    'DELETE FROM schema_version',
    /schema is 0, but table organization came later/,
  ],
  'says less than it has': [
    'DELETE FROM schema_version WHERE number > 20',
    /its schema is 20, but index mail_domain_by_mail_from came later/,
  ],
  'leaves a step out': ['DELETE FROM schema_version WHERE number = 3', /does not say that step 3/],
  'names a step otherwise': [
    "UPDATE schema_version SET name = 'x' WHERE number = 4",
    /does not say that step 4/,
  ],
  'is without its versions': ['DROP TABLE schema_version', /table schema_version is not in it/],
  'has versions of another program': [
    'DROP TABLE schema_version; CREATE TABLE schema_version (version TEXT)',
    /column schema_version\.number is not in it/,
  ],
  'lost a table': ['DROP TABLE mailbox', /table mailbox is gone/],
  'lost a column': ['ALTER TABLE item DROP COLUMN other_modseq', /column item\.other_modseq is gone/],
  'lost an index': ['DROP INDEX mailbox_by_id', /index mailbox_by_id is gone/],
}
for (const [what, [statement, said]] of Object.entries(damages)) {
  test(`a database that ${what} is refused, and stays as it is`, async () => {
    const { sql, driver } = await database(newest)
    sql.database.exec(statement)
    const before = await schemaOf(sql)
    await assert.rejects(
      migrate(driver, sqliteDialect, migrations, { file: '/data/landbridge.sqlite' }),
      (error: Refusal) => {
        assert.equal(error.reason, 'damaged')
        assert.match(error.message, said)
        assert.match(error.message, /^The database \/data\/landbridge\.sqlite is damaged/)
        assert.match(error.message, /"landbridge restore BACKUP"/)
        return true
      },
    )
    assert.deepEqual(await schemaOf(sql), before)
    sql.close()
  })
}
