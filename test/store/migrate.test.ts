import assert from 'node:assert/strict'
import { test } from 'node:test'
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
