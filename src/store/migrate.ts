import { Refusal } from '#src/domain/refusal.ts'
import type { Dialect, Driver, Migration, Sql } from './driver/driver.ts'

/**
 * Brings the schema up to the newest migration, each in a transaction of its own, and returns its number.
 * Refuses `wrong-state` for a schema newer than this program.
 */
export async function migrate(
  driver: Driver,
  dialect: Dialect,
  migrations: readonly Migration[],
): Promise<number> {
  await driver.transact((sql) =>
    sql.run(
      'CREATE TABLE IF NOT EXISTS schema_version (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)',
    ),
  )
  const newest = migrations.length
  const present = await schemaNumber(driver.read)
  if (present > newest) {
    throw new Refusal(
      'wrong-state',
      `The data was written by a newer Landbridge: its schema is ${present}, this program knows ${newest}. Start the newer program again, or restore a backup made before the upgrade.`,
    )
  }
  for (const migration of migrations.slice(present)) {
    await driver.transact(async (sql) => {
      for (const statement of migration.up(dialect)) await sql.run(statement)
      await sql.run(
        'INSERT INTO schema_version (number, name) VALUES (?, ?)',
        migration.number,
        migration.name,
      )
    })
  }
  return newest
}

export async function schemaNumber(sql: Sql): Promise<number> {
  const row = await sql.get<{ number: number | null }>('SELECT MAX(number) AS number FROM schema_version')
  return row?.number ?? 0
}
