import type { BodyNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Session } from '../session.ts'
import { breathe, type Checking, type CheckReport, mailboxFindings, opens } from './checking.ts'

/** Bodies whose items are counted in one pass over the items: memory stays bounded, and passes are few. */
const STRETCH = 50_000
const WINDOW = 10_000

/** Every body is referred to as often as its row says. */
export async function checkBodyRefs(checking: Checking): Promise<void> {
  const { session, open, found, report } = checking
  for (let after = -1; ; ) {
    const bodies = await session.sql.all<{ no: number; refs: number }>(
      'SELECT no, refs FROM body WHERE mailbox = ? AND no > ? ORDER BY no LIMIT ?',
      open.no,
      after,
      STRETCH,
    )
    if (bodies.length === 0) return
    const last = bodies.at(-1)!.no
    const items = await countItems(checking, after, last)
    for (const { no, refs } of bodies) {
      const counted = items.get(no) ?? 0
      if (counted !== refs) found(`Body ${no} says ${refs} items have it, but ${counted} do.`)
      report.checked({ bodies: 1 })
    }
    after = last
  }
}

/** How many items have each body after `from` and up to `to`, looked for in windows of item numbers. */
async function countItems(
  checking: Checking,
  from: number,
  to: number,
): Promise<ReadonlyMap<number, number>> {
  const items = new Map<number, number>()
  for (let window = 0; window < checking.mailbox.next_item; window += WINDOW) {
    const rows = await checking.session.sql.all<{ body: number; items: number }>(
      `SELECT body, COUNT(*) AS items FROM item WHERE mailbox = ? AND no > ? AND no <= ? AND body > ? AND body <= ?
      GROUP BY body`,
      checking.open.no,
      window,
      window + WINDOW,
      from,
      to,
    )
    for (const row of rows) items.set(row.body, (items.get(row.body) ?? 0) + row.items)
    await breathe(checking)
  }
  return items
}

/** Octets read through at one moment of the store. */
const READ_BYTES = 256 * 1024 * 1024
const READ_BODIES = 500

/**
 * Reads bodies through, from the one after `after` on, for as much as one moment of the store should take; gives
 * the last one, or undefined when there are no more.
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
  const rows = await session.sql.all<{ no: number; size_bytes: number }>(
    'SELECT no, size_bytes FROM body WHERE mailbox = ? AND no > ? ORDER BY no LIMIT ?',
    mailbox,
    after,
    READ_BODIES,
  )
  let bytes = 0
  for (const { no, size_bytes } of rows) {
    await opens({ found }, `Body ${no}`, async () => {
      for await (const _ of bodies.read(session, at, no as BodyNo)) report.signal?.throwIfAborted()
    })
    await breathe({ report })
    bytes += size_bytes
    if (bytes >= READ_BYTES) return no
  }
  return rows.length < READ_BODIES ? undefined : rows.at(-1)!.no
}
