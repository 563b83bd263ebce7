import { statSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '#src/domain/refusal.ts'
import type { Driver } from './driver/driver.ts'
import { SqliteConnection } from './driver/sqlite-connection.ts'
import { damagedDatabase, roomTrouble } from './driver/sqlite-trouble.ts'
import { databaseFile, segmentFolder } from './layout.ts'

/** What a body needs at least, so that a disk with room for a row but for no mail is found too. */
const probeBytes = 65_536

/**
 * Reads, and puts a row and a file on disk, as mail would: resolves when the store can take mail. Refuses `try-later`
 * and `damaged` with what stands against it.
 */
export async function probeStore(driver: Driver, folder: string): Promise<void> {
  const database = databaseFile(folder)
  if (statSync(database, { throwIfNoEntry: false }) === undefined) {
    throw new Refusal(
      'damaged',
      `The database ${database} was removed while the service runs. Restore a backup.`,
    )
  }
  await driver.transact(async (sql) => {
    await sql.run('DELETE FROM opened')
    await sql.run('INSERT INTO opened (at) VALUES (?)', Date.now())
  })
  await driver.read.get('SELECT at FROM opened')
  const file = join(segmentFolder(folder), 'probe')
  try {
    await using made = await open(file, 'w', 0o600)
    await made.writeFile(Buffer.alloc(probeBytes, 1))
    await made.datasync()
  } catch (error) {
    throw roomTrouble(error)
  } finally {
    await rm(file, { force: true }).catch(() => undefined)
  }
}

/**
 * What lies under the name of the database: nothing, a file without any table in it (as after a cut, or when its log
 * was deleted), or one with tables. Refuses `damaged` for what is no file, no database, or another program's.
 */
export async function findDatabase(folder: string): Promise<'missing' | 'empty' | 'there'> {
  const file = databaseFile(folder)
  const status = statSync(file, { throwIfNoEntry: false })
  if (status === undefined) return 'missing'
  if (!status.isFile()) throw damagedDatabase('it is no file', file)
  if (status.size === 0) return 'empty'
  const connection = new SqliteConnection(file, { readonly: true })
  try {
    const rows = await connection.all<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'opened' LIMIT 100",
    )
    if (rows.length === 0) return 'empty'
    if (rows.some(({ name }) => ['schema_version', 'organization', 'mailbox'].includes(name))) return 'there'
    throw damagedDatabase(`another program made it: it has a table ${rows[0]!.name} and none of ours`, file)
  } finally {
    connection.close()
  }
}
