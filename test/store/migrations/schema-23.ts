import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { sqliteDialect } from '#src/store/driver/sqlite.ts'
import { migrations } from '#src/store/migrations/index.ts'

/** Rows that the schema of then had another form of: bodies counted the items that had them, and both tables were found by mailbox. */
const otherwise: Readonly<Record<string, string>> = {
  body: `INSERT INTO main.body (mailbox, no, refs, salt, size_bytes, sealed, segment, place)
    SELECT mailbox, no, 1 + (SELECT COUNT(*) FROM now.body_share s WHERE s.mailbox = b.mailbox AND s.body = b.no),
      salt, size_bytes, sealed, segment, place FROM now.body b`,
  item_sealed:
    'INSERT INTO main.item_sealed (mailbox, item, listing, detail) SELECT mailbox, item, listing, detail FROM now.item_sealed',
}

/** Makes the closed store in `folder` one of schema 23, with the same rows as Landbridge wrote them then. */
export async function toSchema23(folder: string): Promise<void> {
  const file = join(folder, 'landbridge.sqlite')
  const old = join(folder, 'old.sqlite')
  const database = new Database(old)
  database.exec(
    'CREATE TABLE schema_version (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL); CREATE TABLE opened (at BIGINT)',
  )
  const before = migrations.slice(0, 23)
  for (const { up } of before) for (const statement of up(sqliteDialect)) database.exec(statement)
  database.prepare('ATTACH ? AS now').run(file)
  const tables = database
    .prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name <> 'schema_version'")
    .pluck()
    .all() as string[]
  database.exec('BEGIN')
  for (const table of tables) {
    const columns = database.prepare(`SELECT name FROM pragma_table_info('${table}', 'main')`).pluck().all()
    const names = columns.join(', ')
    database.exec(
      otherwise[table] ?? `INSERT INTO main.${table} (${names}) SELECT ${names} FROM now.${table}`,
    )
  }
  const version = database.prepare('INSERT INTO schema_version (number, name) VALUES (?, ?)')
  for (const { number, name } of before) version.run(number, name)
  database.exec('COMMIT')
  database.close()
  for (const end of ['-wal', '-shm']) await rm(`${file}${end}`, { force: true })
  await rename(old, file)
}
