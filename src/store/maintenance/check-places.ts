import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { isExtent } from '../bodies/bodies.ts'
import { sealedSize } from '../bodies/body-cipher.ts'
import { mailboxWhere } from '../mailbox/checking.ts'
import { type CheckRun, PAGE } from './check-run.ts'
import { fromBackup } from './findings.ts'

/** A row of the whole store that belongs to an item, and what is there of item and mailbox. */
type OwnedRow = {
  no: number
  mailbox: number
  item: number
  organization: string | null
  mailbox_id: string | null
  state: string | null
  /** The number by which that item names such a row. */
  named: number | null
}
type BodyRow = OwnedRow & {
  size_bytes: number
  segment: number | null
  place: number | null
  sealed_bytes: number | null
  /** Another item that has it. */
  share: number | null
}

/** Rows of `table` after a number, whose items name them in `column`. */
const owned = (table: string, column: string, more = '') =>
  `SELECT t.no, t.mailbox, t.item, ${more} mailbox.organization, mailbox.id AS mailbox_id, mailbox.state, item.${column} AS named
  FROM ${table} t LEFT JOIN mailbox ON mailbox.no = t.mailbox LEFT JOIN item ON item.mailbox = t.mailbox AND item.no = t.item
  WHERE t.no > ? ORDER BY t.no LIMIT ${PAGE}`
const bodies = owned(
  'body',
  'body',
  `t.size_bytes, t.segment, t.place, LENGTH(t.sealed) AS sealed_bytes,
  (SELECT s.item FROM body_share s WHERE s.mailbox = t.mailbox AND s.body = t.no LIMIT 1) AS share,`,
)
const sealed = owned('item_sealed', 'sealed')

/**
 * Bodies after a number: some item has each, and each lies in its row or in a segment file, and one in its row is as long as
 * it should be. Gives the last number, or undefined when there are no more.
 */
export async function checkBodyRows(
  run: CheckRun,
  after: number,
  counts: { bodies: number },
): Promise<number | undefined> {
  return checkOwned<BodyRow>(run, bodies, after, 'body', (row) => {
    counts.bodies++
    const { no, size_bytes, sealed_bytes } = row
    const wrong: string[] = []
    if (row.named !== no && row.share === null)
      wrong.push(`Body ${no} is there for item ${row.item}, which does not have it, and for no other.`)
    const inRow = sealed_bytes !== null
    const inSegment = row.segment !== null && row.place !== null
    if (inRow === inSegment) wrong.push(`Body ${no} lies ${inRow ? 'in two places' : 'nowhere'}.`)
    else if (inRow && sealed_bytes !== sealedSize(size_bytes))
      wrong.push(`Body ${no} is not as long as its row says.`)
    else if (inSegment && !isExtent(row)) wrong.push(`Body ${no} lies at a place that there cannot be.`)
    return wrong
  })
}

/** The same of what is sealed of items. */
export async function checkSealedRows(run: CheckRun, after: number): Promise<number | undefined> {
  return checkOwned<OwnedRow>(run, sealed, after, 'item_sealed', ({ no, item, named }) =>
    named === no ? [] : [`The sealed row ${no} is there for item ${item}, which does not have it.`],
  )
}

async function checkOwned<R extends OwnedRow>(
  { sql, findings }: CheckRun,
  text: string,
  after: number,
  table: string,
  wrongWith: (row: R) => readonly string[],
): Promise<number | undefined> {
  const rows = await sql.all<R>(text, after)
  for (const row of rows) {
    const { no, state, organization, mailbox_id: mailbox } = row
    // What is left of a destroyed one goes in the background.
    if (state === 'destroyed') continue
    const where = state === null ? 'database' : mailboxWhere({ organization, mailbox } as MailboxRef)
    if (state === null)
      findings.add(where, `Row ${no} of table ${table} belongs to a mailbox that is not there.`, fromBackup)
    for (const what of wrongWith(row)) findings.add(where, what, fromBackup)
  }
  return rows.length < PAGE ? undefined : rows.at(-1)!.no
}
