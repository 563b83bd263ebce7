import { sealedSize } from '../bodies/body-cipher.ts'
import { type CheckRun, PAGE, paged } from './check-run.ts'
import { fromBackup, tellUs } from './findings.ts'

type BodyRow = {
  no: number
  refs: number
  size_bytes: number
  segment: number | null
  place: number | null
  sealed_bytes: number | null
}
type ItemRow = { no: number; body: number | null; found: number | null }

/**
 * Every body of a mailbox lies in its row or in a segment file, and one in its row is as long as it should be.
 * Gives how many bodies there are, and how many items they say they have.
 */
export async function checkPlaces(
  { sql, findings }: CheckRun,
  where: string,
  mailbox: number,
): Promise<{ bodies: number; refs: number }> {
  const sum = { bodies: 0, refs: 0 }
  const rows = paged<BodyRow>((last) =>
    sql.all(
      `SELECT no, refs, size_bytes, segment, place, LENGTH(sealed) AS sealed_bytes FROM body
      WHERE mailbox = ? AND no > ? ORDER BY no LIMIT ${PAGE}`,
      mailbox,
      last?.no ?? -1,
    ),
  )
  for await (const row of rows) {
    sum.bodies++
    sum.refs += row.refs
    const inRow = row.sealed_bytes !== null
    const inSegment = row.segment !== null && row.place !== null
    if (inRow === inSegment)
      findings.add(where, `Body ${row.no} lies ${inRow ? 'in two places' : 'nowhere'}.`, fromBackup)
    else if (inRow && row.sealed_bytes !== sealedSize(row.size_bytes))
      findings.add(where, `Body ${row.no} is not as long as its row says.`, fromBackup)
  }
  return sum
}

/** What can be told of a mailbox that cannot be opened: items and bodies belong together. Gives the items. */
export async function checkWithoutKey(
  { sql, findings }: CheckRun,
  where: string,
  mailbox: number,
  refs: number,
): Promise<number> {
  const rows = paged<ItemRow>((last) =>
    sql.all(
      `SELECT item.no, item.body, body.no AS found
      FROM item LEFT JOIN body ON body.mailbox = item.mailbox AND body.no = item.body
      WHERE item.mailbox = ? AND item.no > ? ORDER BY item.no LIMIT ${PAGE}`,
      mailbox,
      last?.no ?? -1,
    ),
  )
  let items = 0
  let referring = 0
  for await (const { no, body, found } of rows) {
    items++
    if (body === null) continue
    referring++
    if (found === null) findings.add(where, `The body of item ${no} is not there.`, fromBackup)
  }
  if (referring !== refs)
    findings.add(where, `Its bodies count ${refs} items, and ${referring} have one.`, tellUs)
  return items
}
