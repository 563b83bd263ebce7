import type { Report } from '#src/domain/organization/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Dialect, Driver, Migration, RowMove, Sql } from './driver/driver.ts'
import { damagedDatabase } from './driver/sqlite-trouble.ts'

const VERSIONS =
  'CREATE TABLE IF NOT EXISTS schema_version (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)'

/** Who is told how far rows are that move, and when to stop between two portions of them. */
type Moving = { report?: Report | undefined; signal?: AbortSignal | undefined }

/**
 * Brings the schema up to the newest migration, each in a transaction of its own, and returns its number; rows that move are told to `report`,
 * and the next start goes on with them after a stop. Refuses
 * `wrong-state` for a schema newer than this program, and `damaged` for a database, in `file`, that is not what the migrations it
 * names have made.
 */
export async function migrate(
  driver: Driver,
  dialect: Dialect,
  migrations: readonly Migration[],
  { file, ...moving }: { file?: string } & Moving = {},
): Promise<number> {
  const newest = migrations.length
  const present = await presentSchema(driver.read, dialect, migrations, file)
  await driver.transact((sql) => sql.run(VERSIONS))
  for (const migration of migrations.slice(present)) {
    if (migration.rows) await moveRows(driver, migration.rows, moving)
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

async function moveRows(driver: Driver, rows: RowMove, { report, signal }: Moving): Promise<void> {
  const { what } = rows
  const total = await rows.count(driver.read)
  let done = 0
  let cursor: unknown
  do {
    signal?.throwIfAborted()
    if (done < total) report?.({ what, done, total })
    const from = cursor
    // A crash may undo the last portions, each as a whole: nobody waits for the disk.
    const moved = await driver.transact((sql) => rows.portion(sql, from), { mayBeLost: true })
    done += moved.done
    cursor = moved.next
  } while (cursor !== undefined)
  if (total > 0) report?.({ what, done: total, total })
}

export async function schemaNumber(sql: Sql): Promise<number> {
  const row = await sql.get<{ number: number | null }>('SELECT MAX(number) AS number FROM schema_version')
  return row?.number ?? 0
}

/** The schema that the database says it has, once it is known to have it. */
async function presentSchema(
  sql: Sql,
  dialect: Dialect,
  migrations: readonly Migration[],
  file: string | undefined,
): Promise<number> {
  const there = new Set((await sql.all<{ name: string }>(dialect.catalog)).map(({ name }) => name))
  if (there.size === 0) return 0
  const [missing] = dialect.catalogAfter([VERSIONS]).filter((name) => !there.has(name))
  if (missing !== undefined) throw damagedDatabase(`${missing} is not in it`, file)
  const versions = await sql.all<{ number: number; name: string }>(
    'SELECT number, name FROM schema_version ORDER BY number',
  )
  const present = versions.at(-1)?.number ?? 0
  if (present > migrations.length) throw newer(present, migrations.length)
  for (const [at, { number, name }] of migrations.slice(0, present).entries()) {
    if (versions[at]?.number !== number || versions[at].name !== name)
      throw damagedDatabase(`it does not say that step ${number} of its schema was taken`, file)
  }
  const after = (number: number) =>
    dialect.catalogAfter(migrations.slice(0, number).flatMap(({ up }) => up(dialect)))
  const made = new Set(after(present))
  const [early] =
    present === migrations.length
      ? []
      : after(migrations.length).filter((name) => !made.has(name) && there.has(name))
  if (early !== undefined)
    throw damagedDatabase(`it says that its schema is ${present}, but ${early} came later`, file)
  for (const name of made) if (!there.has(name)) throw damagedDatabase(`${name} is gone`, file)
  return present
}

const newer = (present: number, newest: number): Refusal =>
  new Refusal(
    'wrong-state',
    `The data was written by a newer Landbridge: its schema is ${present}, this program knows ${newest}. Start the newer program again, or restore a backup made before the upgrade.`,
  )
