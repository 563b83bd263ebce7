import {
  type Aspect,
  type Digested,
  type DigestValue,
  digestBlockBounds,
  digestBlockOf,
} from '#src/domain/mailbox/digested.ts'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { allOf } from './blocks.ts'

/** What is sealed of a block: numbers of items, counted from its first, and what is known of each. */
type DigestBlock = { version: string; items: readonly number[]; values: readonly DigestValue[] }
type Row = { block: number; sealed: Uint8Array }
type Values = Map<ItemNo, DigestValue>

const place = (open: OpenMailbox, block: number, aspect: string): string =>
  `digest:${open.no}:${block}:${aspect}`

/** What is kept of an aspect in some blocks, by item. */
export async function readDigests(
  sql: Sql,
  open: OpenMailbox,
  aspect: Aspect,
  blocks: readonly number[],
): Promise<Values> {
  const rows = await allOf<Row>(
    sql,
    'SELECT block, sealed FROM digest WHERE mailbox = ? AND aspect = ? AND block IN (KEYS)',
    [open.no, aspect.name],
    blocks,
  )
  const values: Values = new Map()
  for (const row of rows) openBlock(open, row, aspect, values)
  return values
}

/** Refuses `damaged`. */
export const openDigest = (
  open: OpenMailbox,
  block: number,
  aspect: string,
  sealed: Uint8Array,
): DigestBlock => open.key.openJson<DigestBlock>(place(open, block, aspect), sealed)

/** A block that does not open is as good as none: it is made again of the items themselves. */
function openBlock(open: OpenMailbox, { block, sealed }: Row, aspect: Aspect, into: Values): void {
  try {
    const content = openDigest(open, block, aspect.name, sealed)
    if (content.version !== aspect.version) return
    const [first] = digestBlockBounds(block)
    for (const [at, item] of content.items.entries())
      into.set((first + item) as ItemNo, content.values[at] ?? null)
  } catch (error) {
    if (!(error instanceof Refusal && error.reason === 'damaged')) throw error
  }
}

/** Puts values into their blocks, but for those of items that have changed or gone since. */
export async function keepDigests(
  sql: Sql,
  open: OpenMailbox,
  aspect: Aspect,
  digested: readonly Digested[],
): Promise<void> {
  const byBlock = Map.groupBy(digested, ({ no }) => digestBlockOf(no))
  for (const [block, some] of byBlock) {
    const [first, before] = digestBlockBounds(block)
    const there = await sql.all<{ no: number; modseq: number }>(
      'SELECT no, modseq FROM item WHERE mailbox = ? AND no >= ? AND no < ?',
      open.no,
      first,
      before,
    )
    const modseqs = new Map(there.map(({ no, modseq }) => [no, modseq]))
    const values = await readDigests(sql, open, aspect, [block])
    for (const { no, modseq, value } of some) if (modseqs.get(no) === modseq) values.set(no, value)
    const content: DigestBlock = {
      version: aspect.version,
      items: [...values.keys()].map((no) => no - first),
      values: [...values.values()],
    }
    await sql.run(
      `INSERT INTO digest (mailbox, block, aspect, sealed) VALUES (?, ?, ?, ?)
      ON CONFLICT (mailbox, block, aspect) DO UPDATE SET sealed = excluded.sealed`,
      open.no,
      block,
      aspect.name,
      open.key.sealJson(place(open, block, aspect.name), content),
    )
  }
}

/** Whoever changes summaries or times of arrival, or removes items, calls this: what was kept of them goes, with that of their neighbours. */
export async function forgetDigests(sql: Sql, open: OpenMailbox, items: Iterable<number>): Promise<void> {
  const blocks = new Set<number>()
  for (const no of items) blocks.add(digestBlockOf(no))
  for (const block of blocks)
    await sql.run('DELETE FROM digest WHERE mailbox = ? AND block = ?', open.no, block)
}
