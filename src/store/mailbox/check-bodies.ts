import type { BodyNo } from '#src/domain/mailbox/item.ts'
import { breathe, type Checking } from './checking.ts'

/** Bodies whose items are counted in one pass over the items: memory stays bounded, and passes are few. */
const STRETCH = 50_000
const WINDOW = 10_000

/** Every body is referred to as often as its row says. */
export async function checkBodyRefs(
  checking: Checking,
  readBody: ((body: BodyNo) => Promise<void>) | null,
): Promise<void> {
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
      await readBody?.(no as BodyNo)
      report.checked({ bodies: 1 })
      if (readBody) await breathe(checking)
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
