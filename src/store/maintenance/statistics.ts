import { statfs } from 'node:fs/promises'
import type { Maintenance } from '#src/domain/maintenance/store.ts'
import type { Segments } from '../bodies/segments.ts'
import type { Sql } from '../driver/driver.ts'
import { databaseFile } from '../layout.ts'
import { schemaNumber } from '../migrate.ts'
import { sizeOf } from './files.ts'

const PAGE = 10_000

/** What `landbridge status` shows. `freeBytes`: what the disk below the data folder still takes. */
export async function statistics(
  folder: string,
  sql: Sql,
  segments: Segments,
): Promise<Omit<Awaited<ReturnType<Maintenance['statistics']>>, 'keysOutOfReach'>> {
  let bodyBytes = 0
  for (const segment of await segments.list()) bodyBytes += (await sizeOf(segments.fileOf(segment))) ?? 0
  const disk = await statfs(folder)
  return {
    schema: await schemaNumber(sql),
    databaseBytes:
      ((await sizeOf(databaseFile(folder))) ?? 0) + ((await sizeOf(`${databaseFile(folder)}-wal`)) ?? 0),
    bodyBytes,
    freeBytes: disk.bavail * disk.bsize,
    organizations: (await sql.get<{ rows: number }>('SELECT COUNT(*) AS rows FROM organization'))!.rows,
    mailboxes: await countMailboxes(sql),
  }
}

/** In pages, so that a million of them do not hold up the event loop. */
async function countMailboxes(sql: Sql): Promise<number> {
  let count = 0
  for (let after = 0; ; ) {
    const page = await sql.get<{ rows: number; last: number | null }>(
      `SELECT COUNT(*) AS rows, MAX(no) AS last FROM
      (SELECT no FROM mailbox WHERE state = 'active' AND no > ? ORDER BY no LIMIT ${PAGE}) AS page`,
      after,
    )
    count += page!.rows
    if (page!.rows < PAGE) return count
    after = page!.last!
    await new Promise(setImmediate)
  }
}
