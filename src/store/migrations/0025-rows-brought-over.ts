import type { Migration, Sql } from '../driver/driver.ts'
import { damagedDatabase } from '../driver/sqlite-trouble.ts'

/** Items of one transaction. */
const PORTION = 250

type ItemRow = { mailbox: number; no: number; body: number | null; sealed: number | null }
type Cursor = { mailbox: number; item: number } | { left: 'item_sealed' | 'body' }

const nextItems = `SELECT mailbox, no, body, sealed FROM item WHERE (mailbox, no) > (?, ?) ORDER BY mailbox, no LIMIT ${PORTION}`
const nextSealed = `SELECT mailbox, item FROM item_sealed_by_mailbox ORDER BY mailbox, item LIMIT ${PORTION}`
const nextBodies = `SELECT mailbox, no FROM body_by_mailbox ORDER BY mailbox, no LIMIT ${PORTION}`

const bringSealed = `INSERT INTO item_sealed (mailbox, item, listing, detail)
  SELECT mailbox, item, listing, detail FROM item_sealed_by_mailbox WHERE mailbox = ? AND item = ? RETURNING no`
const endSealed = 'DELETE FROM item_sealed_by_mailbox WHERE mailbox = ? AND item = ?'
const bringBody = `INSERT INTO body (no, mailbox, item, salt, size_bytes, sealed, segment, place)
  SELECT no, mailbox, ?, salt, size_bytes, sealed, segment, place FROM body_by_mailbox WHERE mailbox = ? AND no = ?
  ON CONFLICT (no) DO NOTHING`
const endBody = 'DELETE FROM body_by_mailbox WHERE mailbox = ? AND no = ?'
const shareBody = `INSERT INTO body_share (mailbox, body, item)
  SELECT mailbox, no, ? FROM body WHERE no = ? AND mailbox = ? AND item <> ?
  ON CONFLICT (mailbox, body, item) DO NOTHING`

/** What an item leads to; a body with the first of the items that have it. Octets stay as they are: they are sealed for item and body by their numbers. */
async function bringItem(sql: Sql, { mailbox, no, body }: ItemRow): Promise<void> {
  const sealed = await sql.get<{ no: number }>(bringSealed, mailbox, no)
  if (sealed) {
    await sql.run('UPDATE item SET sealed = ? WHERE mailbox = ? AND no = ?', sealed.no, mailbox, no)
    await sql.run(endSealed, mailbox, no)
  }
  if (body === null) return
  if ((await sql.run(bringBody, no, mailbox, body)) > 0) await sql.run(endBody, mailbox, body)
  else await sql.run(shareBody, no, body, mailbox, no)
}

/** Rows that no item leads to come along, so that `check` goes on naming them. */
async function bringLeft(sql: Sql, table: 'item_sealed' | 'body'): Promise<number> {
  if (table === 'item_sealed') {
    const rows = await sql.all<{ mailbox: number; item: number }>(nextSealed)
    for (const { mailbox, item } of rows) {
      await sql.get(bringSealed, mailbox, item)
      await sql.run(endSealed, mailbox, item)
    }
    return rows.length
  }
  const rows = await sql.all<{ mailbox: number; no: number }>(nextBodies)
  for (const { mailbox, no } of rows) {
    if ((await sql.run(bringBody, 0, mailbox, no)) === 0)
      throw damagedDatabase(`body ${no} is in it for two mailboxes`)
    await sql.run(endBody, mailbox, no)
  }
  return rows.length
}

/** Every row goes over to the tables of 24 in the transaction that removes it from the old one: a kill at any point loses nothing, and whoever goes on passes over what is done. */
async function bring(sql: Sql, cursor: Cursor): Promise<{ done: number; next?: Cursor }> {
  if ('left' in cursor) {
    const moved = await bringLeft(sql, cursor.left)
    if (moved > 0) return { done: 0, next: cursor }
    return cursor.left === 'item_sealed' ? { done: 0, next: { left: 'body' } } : { done: 0 }
  }
  const items = await sql.all<ItemRow>(nextItems, cursor.mailbox, cursor.item)
  for (const item of items) if (item.sealed === null) await bringItem(sql, item)
  const last = items.at(-1)
  return {
    done: items.length,
    next: last ? { mailbox: last.mailbox, item: last.no } : { left: 'item_sealed' },
  }
}

/** The rows of before, brought into the tables of 24. */
export const rowsBroughtOver: Migration = {
  number: 25,
  name: 'rows-brought-over',
  rows: {
    what: 'Bringing items into the form of this version',
    count: async (sql) =>
      (await sql.get<{ items: number | null }>('SELECT SUM(items) AS items FROM folder'))!.items ?? 0,
    portion: (sql, cursor) => bring(sql, (cursor as Cursor | undefined) ?? { mailbox: -1, item: -1 }),
  },
  up: () => ['DROP TABLE body_by_mailbox', 'DROP TABLE item_sealed_by_mailbox'],
}
