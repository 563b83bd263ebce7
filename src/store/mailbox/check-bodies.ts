import type { BodyNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Sql } from '../driver/driver.ts'
import { PAGE, paged } from '../maintenance/check-run.ts'
import type { Session } from '../session.ts'
import { breathe, type CheckReport, mailboxFindings, opens } from './checking.ts'

type ItemRow = {
  no: number
  body: number | null
  size_bytes: number
  body_bytes: number | null
  owner: number | null
  share: number | null
}
type ShareRow = { body: number; item: number; has: number | null; owner: number | null }

/**
 * The body that an item has is there, has its size, and belongs to that item or is shared with it; and nothing is shared with an item that
 * does not have it. No key is needed. Gives how many items there are.
 */
export async function checkTies(sql: Sql, mailbox: number, found: (what: string) => void): Promise<number> {
  let count = 0
  const items = paged<ItemRow>((last) =>
    sql.all(
      `SELECT item.no, item.body, item.size_bytes, body.size_bytes AS body_bytes, body.item AS owner, body_share.item AS share
      FROM item LEFT JOIN body ON body.no = item.body AND body.mailbox = item.mailbox
      LEFT JOIN body_share
        ON body_share.mailbox = item.mailbox AND body_share.body = item.body AND body_share.item = item.no
      WHERE item.mailbox = ? AND item.no > ? ORDER BY item.no LIMIT ${PAGE}`,
      mailbox,
      last?.no ?? 0,
    ),
  )
  for await (const { no, body, size_bytes, body_bytes, owner, share } of items) {
    count++
    if (body === null) continue
    if (body_bytes === null) found(`The body of item ${no} is not there.`)
    else if (body_bytes !== size_bytes)
      found(`Item ${no} says it has ${size_bytes} octets, its body says ${body_bytes}.`)
    if (owner !== null && owner !== no && share === null)
      found(`Item ${no} has body ${body}, which is there for item ${owner} and not shared with it.`)
  }
  const shares = paged<ShareRow>((last) =>
    sql.all(
      `SELECT body_share.body, body_share.item, item.body AS has, body.item AS owner
      FROM body_share LEFT JOIN item ON item.mailbox = body_share.mailbox AND item.no = body_share.item
      LEFT JOIN body ON body.no = body_share.body AND body.mailbox = body_share.mailbox
      WHERE body_share.mailbox = ? AND (body_share.body, body_share.item) > (?, ?)
      ORDER BY body_share.body, body_share.item LIMIT ${PAGE}`,
      mailbox,
      last?.body ?? -1,
      last?.item ?? -1,
    ),
  )
  for await (const { body, item, has, owner } of shares) {
    if (has !== body) found(`Body ${body} is shared with item ${item}, which does not have it.`)
    else if (owner === item) found(`Body ${body} is shared with item ${item}, to which it belongs.`)
  }
  return count
}

/** Octets read through at one moment of the store. */
const READ_BYTES = 256 * 1024 * 1024

/**
 * Reads the bodies of items through, each once, from the item after `after` on, for as much as one moment of the store should take; gives
 * the last item, or undefined when there are no more.
 */
export async function readBodies(
  session: Session,
  at: MailboxRef,
  bodies: Bodies,
  after: number,
  report: CheckReport,
): Promise<number | undefined> {
  const { no: mailbox } = await session.keys.mailbox(at)
  const { found } = mailboxFindings(at, report)
  const rows = await session.sql.all<{ item: number; body: number | null; size_bytes: number }>(
    `SELECT item.no AS item, CASE WHEN body.item = item.no OR (owner.no IS NULL AND item.no = (
        SELECT MIN(s.item) FROM body_share s WHERE s.mailbox = item.mailbox AND s.body = item.body
      )) THEN body.no END AS body, item.size_bytes
    FROM item LEFT JOIN body ON body.no = item.body AND body.mailbox = item.mailbox
    LEFT JOIN item AS owner ON owner.mailbox = body.mailbox AND owner.no = body.item AND owner.body = body.no
    WHERE item.mailbox = ? AND item.no > ? ORDER BY item.no LIMIT ${PAGE}`,
    mailbox,
    after,
  )
  let bytes = 0
  for (const { item, body, size_bytes } of rows) {
    if (body === null) continue
    await opens({ found }, `Body ${body}`, async () => {
      for await (const _ of bodies.read(session, at, body as BodyNo)) report.signal?.throwIfAborted()
    })
    await breathe({ report })
    bytes += size_bytes
    if (bytes >= READ_BYTES) return item
  }
  return rows.length < PAGE ? undefined : rows.at(-1)!.item
}
