import type { BodyNo, FolderNo, ItemState } from '#src/domain/mailbox/item.ts'
import type { NewItem, StagedBody } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { countInFolder, isDeleted, isUnseen, type Taken, takeFromMailbox } from './counts.ts'
import { putEvent } from './events.ts'
import { getFolderRow } from './folders.ts'
import { type ItemRow, toStates } from './item-row.ts'
import { getItemRows } from './items.ts'
import { giveKeywords, KeywordDeltas, keywordColumn } from './keywords.ts'
import { type Parts, sealParts } from './sealed-parts.ts'

/**
 * Stores an item. The path of every delivery: three statements beside the body's and the sealed row's, none of
 * which looks at another item.
 */
export async function appendItem(
  sql: Sql,
  open: OpenMailbox,
  bodies: Bodies,
  item: NewItem,
  savedAt: number,
): Promise<ItemState> {
  const flags = item.flags ?? 0
  const parts: Parts = {
    summary: item.summary,
    structure: item.structure ?? null,
    content: item.content ?? null,
    properties: item.properties ?? null,
  }
  const { sizeBytes, same } = item.body
    ? await sizeOf(sql, open, item.body)
    : { sizeBytes: contentBytes(parts), same: undefined }
  const taken = await takeForOne(sql, open, item, sizeBytes)
  const folder = await enterFolder(sql, open, item.folder, { ...taken, now: savedAt }, flags, sizeBytes)
  const body = item.body ? await takeBody(sql, open, bodies, taken.item, item.body, same) : null
  const keywords = item.keywords?.length ? await newKeywords(sql, open, item.keywords) : null
  const row: ItemRow = {
    no: taken.item,
    folder: item.folder,
    uid: folder.uid,
    class: item.class,
    flags,
    keywords,
    modseq: taken.modseq,
    created_modseq: taken.modseq,
    received_at: item.receivedAt,
    saved_at: savedAt,
    size_bytes: sizeBytes,
    body,
    // From which one nobody knows: it never lay in another.
    deleted_from: folder.recoverable ? 0 : null,
    sealed: await insertSealed(sql, open, taken.item, body, parts),
  }
  await insertItem(sql, open, row)
  if (item.event) await putEvent(sql, open, taken.item, item.event)
  return (await toStates(sql, open, [row]))[0]!
}

type GivenBody = NonNullable<NewItem['body']>

/** What an item with that body counts for, and the body that is there already. Refuses `no-such-item`. */
export async function sizeOf(
  sql: Sql,
  open: OpenMailbox,
  body: GivenBody,
): Promise<{ sizeBytes: number; same?: BodyNo }> {
  if (!('sameAs' in body)) return { sizeBytes: body.sizeBytes }
  const [row] = await getItemRows(sql, open, [body.sameAs])
  if (!row?.body) throw noSuchItem(body.sameAs)
  return { sizeBytes: row.size_bytes, same: row.body as BodyNo }
}

/** Ties a body to one item more; `same` is the one that `sizeOf` found. */
export async function takeBody(
  sql: Sql,
  open: OpenMailbox,
  bodies: Bodies,
  item: number,
  body: GivenBody,
  same: BodyNo | undefined,
): Promise<BodyNo> {
  if (same === undefined) return bodies.attach(sql, open, item, body as StagedBody)
  await bodies.share(sql, open, same, item)
  return same
}

/** What an item without a stored original counts for. */
export function contentBytes(parts: Parts): number {
  return Buffer.byteLength(JSON.stringify(parts.content ?? parts.summary))
}

/** The recoverable area has no quota, and whether the folder is in it is known only when the folder is looked at. */
async function takeForOne(sql: Sql, open: OpenMailbox, item: NewItem, sizeBytes: number): Promise<Taken> {
  const delta = { modseqs: 1, newItems: 1, items: 1, sizeBytes }
  if (item.ignoreQuota) return takeFromMailbox(sql, open, { ...delta, ignoreQuota: true })
  try {
    return await takeFromMailbox(sql, open, delta)
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'over-quota') throw error
    const folder = await getFolderRow(sql, open, item.folder)
    if (folder.recoverable === 0) throw error
    return takeFromMailbox(sql, open, { ...delta, ignoreQuota: true })
  }
}

async function enterFolder(
  sql: Sql,
  open: OpenMailbox,
  no: FolderNo,
  { modseq, now }: Taken & { now: number },
  flags: number,
  sizeBytes: number,
): Promise<{ uid: number; recoverable: boolean }> {
  const delta = { items: 1, unseen: isUnseen(flags), deleted: isDeleted(flags), sizeBytes }
  try {
    const folder = await countInFolder(sql, open, no, { modseq, now }, delta, 1)
    if (folder.recoverable) {
      const recoverable = { modseqs: 0, items: -1, sizeBytes: -sizeBytes, recoverableBytes: sizeBytes }
      await takeFromMailbox(sql, open, recoverable)
    }
    return folder
  } catch (error) {
    // The caller may go on with this transaction: the totals must be as they were.
    if (error instanceof Refusal)
      await takeFromMailbox(sql, open, { modseqs: 0, items: -1, sizeBytes: -sizeBytes })
    throw error
  }
}

async function newKeywords(sql: Sql, open: OpenMailbox, names: readonly string[]): Promise<string | null> {
  const column = keywordColumn(await giveKeywords(sql, open, names))
  const deltas = new KeywordDeltas()
  deltas.change(null, column)
  await deltas.write(sql, open)
  return column
}

export function insertItem(sql: Sql, open: OpenMailbox, row: ItemRow): Promise<number> {
  return sql.run(
    `INSERT INTO item (mailbox, no, folder, uid, class, flags, keywords, modseq, created_modseq, received_at,
      saved_at, size_bytes, body, deleted_from, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    open.no,
    row.no,
    row.folder,
    row.uid,
    row.class,
    row.flags,
    row.keywords,
    row.modseq,
    row.created_modseq,
    row.received_at,
    row.saved_at,
    row.size_bytes,
    row.body,
    row.deleted_from,
    row.sealed,
  )
}

/** Gives the number of the row, which the item has to name. */
export async function insertSealed(
  sql: Sql,
  open: OpenMailbox,
  item: number,
  body: number | null,
  parts: Parts,
): Promise<number> {
  const sealed = sealParts(open, item, body, parts)
  const row = await sql.get<{ no: number }>(
    'INSERT INTO item_sealed (mailbox, item, listing, detail) VALUES (?, ?, ?, ?) RETURNING no',
    open.no,
    item,
    sealed.listing,
    sealed.detail,
  )
  return row!.no
}

export function noSuchItem(item: number): Refusal {
  return new Refusal('no-such-item', `There is no item ${item} in this mailbox (any more).`)
}
