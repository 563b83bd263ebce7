import type { ItemSummary } from '#src/domain/mailbox/content.ts'
import { digestBlockBounds } from '#src/domain/mailbox/digested.ts'
import type { ItemState } from '#src/domain/mailbox/item.ts'
import { isKept, KEPT_VERSION } from '#src/domain/mailbox/search/kept-aspects.ts'
import { keptValues } from '#src/domain/mailbox/search/kept-values.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { breathe, type Checking, mailboxWhere, opens } from './checking.ts'
import { openDigest } from './digests.ts'
import { type ItemRow, itemColumns, toState } from './item-row.ts'
import { openParts } from './sealed-parts.ts'

/** Rows of one statement; one may have a quarter of a megabyte. */
const PAGE = 16

type Row = { block: number; aspect: string; sealed: Uint8Array }
/** The items of one block; without a summary where it does not open, which is told elsewhere. */
type Items = ReadonlyMap<number, { item: ItemState; summary: ItemSummary | undefined }>

const remedy = 'Nothing of the mail is lost: what searches keep is made anew by the next search.'
const wrongly =
  'Nothing of the mail is lost, but a search may miss an item: keep a copy of the data folder and report it.'

/** Every block that searches keep opens in its place and says of each item what its summary says. */
export async function checkDigests(checking: Checking): Promise<void> {
  const { session, open, at, report } = checking
  const where = mailboxWhere(at)
  let known: { block: number; items: Items } | undefined
  for (let last = { block: -1, aspect: '' }; ; ) {
    const rows = await session.sql.all<Row>(
      `SELECT block, aspect, sealed FROM digest WHERE mailbox = ? AND (block, aspect) > (?, ?)
      ORDER BY block, aspect LIMIT ?`,
      open.no,
      last.block,
      last.aspect,
      PAGE,
    )
    for (const { block, aspect, sealed } of rows) {
      const what = `Block ${block} of what searches keep of "${aspect}"`
      const found = (sentence: string) => report.found({ where, what: sentence, remedy })
      const content = await opens({ found }, what, () => openDigest(open, block, aspect, sealed))
      // What another release kept is not read any more.
      if (content === undefined || content.version !== KEPT_VERSION || !isKept(aspect)) continue
      if (known?.block !== block) known = { block, items: await itemsOf(checking, block) }
      const [first] = digestBlockBounds(block)
      for (const [index, no] of content.items.entries()) {
        const there = known.items.get(first + no)
        if (there === undefined)
          report.found({
            where,
            what: `${what} names item ${first + no}, which is not there.`,
            remedy: wrongly,
          })
        else if (there.summary && keptValues[aspect](there.item, there.summary) !== content.values[index])
          report.found({
            where,
            what: `${what} says of item ${first + no} what its summary does not.`,
            remedy: wrongly,
          })
      }
    }
    await breathe(checking)
    if (rows.length < PAGE) return
    last = rows.at(-1)!
  }
}

async function itemsOf({ session, open }: Checking, block: number): Promise<Items> {
  const rows = await session.sql.all<ItemRow & { listing: Uint8Array | null }>(
    `SELECT ${itemColumns}, item_sealed.listing FROM item
    LEFT JOIN item_sealed ON item_sealed.no = item.sealed
    WHERE item.mailbox = ? AND item.no >= ? AND item.no < ?`,
    open.no,
    ...digestBlockBounds(block),
  )
  const summaryOf = (row: (typeof rows)[number]): ItemSummary | undefined => {
    try {
      return openParts(open, row.no, row.body, row, ['summary']).summary
    } catch (error) {
      if (error instanceof Refusal && error.reason === 'damaged') return undefined
      throw error
    }
  }
  // Keywords are no part of what is kept.
  const stateOf = (row: ItemRow) => toState({ ...row, keywords: null }, new Map())
  return new Map(rows.map((row) => [row.no, { item: stateOf(row), summary: summaryOf(row) }]))
}
