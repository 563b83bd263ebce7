import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { Page } from '#src/domain/mailbox/store.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'

/** The uids of a folder as ranges; `limit` counts uids. Read from the index alone. */
export async function listUids(
  sql: Sql,
  open: OpenMailbox,
  folder: FolderNo,
  { after = 0, uidTo, limit }: { after?: number; uidTo: number; limit: number },
): Promise<Page<readonly [from: number, to: number]>> {
  const found = await sql.all<{ uid: number }>(
    'SELECT uid FROM item WHERE mailbox = ? AND folder = ? AND uid > ? AND uid <= ? ORDER BY uid LIMIT ?',
    open.no,
    folder,
    after,
    uidTo,
    limit,
  )
  const rows: [from: number, to: number][] = []
  for (const { uid } of found) {
    const last = rows.at(-1)
    if (last !== undefined && last[1] === uid - 1) last[1] = uid
    else rows.push([uid, uid])
  }
  return { rows, next: found.length < limit ? null : found.at(-1)!.uid }
}
