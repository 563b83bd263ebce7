import type { OrganizationId } from '#src/base/ids.ts'
import { changeLiveBytes, extentBytes } from '../bodies/bodies.ts'
import { eraseDelivery, nextWithDelivery } from '../delivery/erase.ts'
import { eraseDirectory } from '../directory/erase.ts'
import type { Driver, Sql } from '../driver/driver.ts'
import { paged, PAGE as ROWS, yielding } from './check-run.ts'

/** Rows in one transaction: more would hold up the writers that wait behind it. */
const PAGE = 250

/** Tables that hang on a mailbox's number, and the column that tells their rows apart. */
const ofMailbox = {
  migration_return: 'item',
  migration_item: 'item_key',
  migration_folder: 'no',
  configuration: 'folder',
  digest: 'block',
  event: 'item',
  body_share: 'body',
  tombstone: 'modseq',
  folder_tombstone: 'modseq',
  keyword: 'no',
  folder: 'no',
} as const

/**
 * Removes the rows of destroyed mailboxes and organisations, a page in each transaction. They are unreadable
 * already, their keys went first; it needs none. A stop at any point leaves the rest to the next call.
 */
export async function purge(driver: Driver, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const mailbox = await driver.read.get<{ no: number; organization: string; id: string }>(
      "SELECT no, organization, id FROM mailbox WHERE state = 'destroyed' ORDER BY no LIMIT 1",
    )
    if (!mailbox) break
    await purgeMailbox(driver, mailbox, signal)
  }
  await purgeDeliveries(driver, signal)
  await purgeDirectories(driver, signal)
}

async function purgeMailbox(
  driver: Driver,
  mailbox: { no: number; organization: string; id: string },
  signal: AbortSignal,
): Promise<void> {
  for (let done = false; !done; ) {
    signal.throwIfAborted()
    done = await driver.transact(async (sql) => {
      // A writer that had the key already may still have added something: the row goes only when nothing is left.
      if ((await removeItems(sql, mailbox.no)) > 0) return false
      for (const [table, column] of Object.entries(ofMailbox)) {
        const removed = await sql.run(
          `DELETE FROM ${table} WHERE mailbox = ? AND ${column} IN
          (SELECT ${column} FROM ${table} WHERE mailbox = ? ORDER BY ${column} LIMIT ${PAGE})`,
          mailbox.no,
          mailbox.no,
        )
        if (removed > 0) return false
      }
      const granted = await sql.run(
        `DELETE FROM folder_permission WHERE org = ? AND mailbox = ? AND (folder, grantee) IN
        (SELECT folder, grantee FROM folder_permission WHERE org = ? AND mailbox = ? LIMIT ${PAGE})`,
        mailbox.organization,
        mailbox.id,
        mailbox.organization,
        mailbox.id,
      )
      if (granted > 0) return false
      await sql.run("DELETE FROM mailbox WHERE no = ? AND state = 'destroyed'", mailbox.no)
      return true
    })
  }
}

const nextItems = (column: string) =>
  `(SELECT ${column} FROM item WHERE mailbox = ? ORDER BY no LIMIT ${PAGE})`

/** Items go with what they lead to, which nothing else would find: a body with the first of those that have it. */
async function removeItems(sql: Sql, mailbox: number): Promise<number> {
  const bodies = await sql.all<{ size_bytes: number; segment: number | null }>(
    `DELETE FROM body WHERE mailbox = ? AND no IN ${nextItems('body')} RETURNING size_bytes, segment`,
    mailbox,
    mailbox,
  )
  const freed = new Map<number, number>()
  for (const { segment, size_bytes } of bodies) {
    if (segment !== null) freed.set(segment, (freed.get(segment) ?? 0) + extentBytes(size_bytes))
  }
  for (const [segment, bytes] of freed) await changeLiveBytes(sql, segment, -bytes)
  await sql.run(
    `DELETE FROM item_sealed WHERE mailbox = ? AND no IN ${nextItems('sealed')}`,
    mailbox,
    mailbox,
  )
  return sql.run(`DELETE FROM item WHERE mailbox = ? AND no IN ${nextItems('no')}`, mailbox, mailbox)
}

/** Each directory has a state row, the last that is left of an organisation: from one to the next by its key, and those of none are emptied. */
async function purgeDirectories(driver: Driver, signal: AbortSignal): Promise<void> {
  const read = yielding(driver.read, signal)
  const rows = paged<{ org: string; known: string | null }>((last) =>
    read.all(
      `SELECT directory_state.org, organization.id AS known
      FROM directory_state LEFT JOIN organization ON organization.id = directory_state.org
      WHERE directory_state.org > ? ORDER BY directory_state.org LIMIT ${ROWS}`,
      last?.org ?? '',
    ),
  )
  for await (const { org, known } of rows) {
    if (known !== null) continue
    for (let done = false; !done; ) {
      signal.throwIfAborted()
      done = await driver.transact((sql) => eraseDirectory(sql, org as OrganizationId, PAGE))
    }
  }
}

/** From one organisation that has mail on its way, or a trace, to the next; those that are no more are emptied. */
async function purgeDeliveries(driver: Driver, signal: AbortSignal): Promise<void> {
  const read = yielding(driver.read, signal)
  for (let org = await nextWithDelivery(read, ''); org !== undefined; ) {
    const gone = org
    if (!(await read.get('SELECT id FROM organization WHERE id = ?', gone))) {
      for (let done = false; !done; ) {
        signal.throwIfAborted()
        done = await driver.transact((sql) => eraseDelivery(sql, gone, PAGE))
      }
    }
    org = await nextWithDelivery(read, gone)
  }
}
