import type { BodyNo, FolderNo, ItemNo, ItemState } from '#src/domain/mailbox/item.ts'
import type { ItemPatch } from '#src/domain/mailbox/store.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { contentBytes, noSuchItem, sizeOf, takeBody } from './append.ts'
import { countInFolder, takeFromMailbox } from './counts.ts'
import { forgetDigests } from './digests.ts'
import { putEvent } from './events.ts'
import { getFolderRow } from './folders.ts'
import { type ItemRow, toStates } from './item-row.ts'
import { getItemRows } from './items.ts'
import { giveKeywords, KeywordDeltas, keywordColumn } from './keywords.ts'
import { openParts, type Parts, sealParts } from './sealed-parts.ts'
import { insertTombstone } from './tombstones.ts'

const allParts = ['summary', 'structure', 'content', 'properties'] as const

/**
 * Writes new parts, a new body, keywords or time of an item. A message with another body is another message to IMAP (RFC 9051
 * §2.3.1.1): it gets a new uid, and its old one goes with a modseq of its own, as if it had moved; when it was saved here stays.
 * Refuses `no-such-item`, `over-quota`, `damaged`.
 */
export async function changeItem(
  sql: Sql,
  open: OpenMailbox,
  bodies: Bodies,
  item: ItemNo,
  patch: ItemPatch,
  now: number,
): Promise<ItemState> {
  const [row] = await getItemRows(sql, open, [item])
  if (!row) throw noSuchItem(item)
  const folder = await getFolderRow(sql, open, row.folder as FolderNo)
  const parts = resealing(patch) ? { ...(await partsOf(sql, open, row)), ...givenParts(patch) } : undefined
  const bodiless = patch.body === null || (patch.body === undefined && row.body === null)
  const given = patch.body && (await sizeOf(sql, open, patch.body))
  const sizeBytes = given?.sizeBytes ?? (parts && bodiless ? contentBytes(parts) : row.size_bytes)
  const growth = sizeBytes - row.size_bytes
  // Nobody sees uids of the recoverable area, where items stay in the order in which they came.
  const isAnother = folder.recoverable === 0 && isAnotherMessage(row, patch.body, given?.same)
  const taken = await takeFromMailbox(sql, open, {
    modseqs: isAnother ? 2 : 1,
    ...(folder.recoverable === 1 ? { recoverableBytes: growth } : { sizeBytes: growth }),
    ...(patch.ignoreQuota && { ignoreQuota: true }),
  })
  const delta = { items: 0, unseen: 0, deleted: 0, sizeBytes: growth }
  const modseq = isAnother ? taken.modseq + 1 : taken.modseq
  const { uid } = await countInFolder(sql, open, row.folder, { modseq, now }, delta, isAnother ? 1 : 0)
  if (isAnother) await insertTombstone(sql, open, taken.modseq, row)
  const body = await bodyOf(sql, open, bodies, row, patch.body, given?.same)
  const keywords = patch.keywords
    ? keywordColumn(await giveKeywords(sql, open, patch.keywords))
    : row.keywords
  const deltas = new KeywordDeltas()
  deltas.change(row.keywords, keywords)
  await deltas.write(sql, open)
  const changed = {
    ...row,
    ...(isAnother && { uid, created_modseq: modseq }),
    keywords,
    modseq,
    body,
    size_bytes: sizeBytes,
    received_at: patch.receivedAt ?? row.received_at,
  }
  await sql.run(
    `UPDATE item SET uid = ?, keywords = ?, modseq = ?, created_modseq = ?, other_modseq = NULL, body = ?,
      size_bytes = ?, received_at = ?
    WHERE mailbox = ? AND no = ?`,
    changed.uid,
    keywords,
    modseq,
    changed.created_modseq,
    body,
    sizeBytes,
    changed.received_at,
    open.no,
    item,
  )
  if (parts) {
    const sealed = sealParts(open, item, body, parts)
    await sql.run(
      'UPDATE item_sealed SET listing = ?, detail = ? WHERE no = ? AND mailbox = ?',
      sealed.listing,
      sealed.detail,
      row.sealed,
      open.no,
    )
  }
  if (patch.summary !== undefined || patch.receivedAt !== undefined) await forgetDigests(sql, open, [item])
  if (patch.event !== undefined) await putEvent(sql, open, item, patch.event)
  if (row.body !== null && row.body !== body) await bodies.release(sql, open, row.body as BodyNo, item)
  return (await toStates(sql, open, [changed]))[0]!
}

/** Whether it says something else from now on. */
function isAnotherMessage(row: ItemRow, given: ItemPatch['body'], same: BodyNo | undefined): boolean {
  if (row.class !== 'message' || given === undefined) return false
  return given === null ? row.body !== null : same === undefined || same !== row.body
}

/** The body that an item has from now on; nothing is taken where it has that one already. */
async function bodyOf(
  sql: Sql,
  open: OpenMailbox,
  bodies: Bodies,
  row: ItemRow,
  given: ItemPatch['body'],
  same: BodyNo | undefined,
): Promise<number | null> {
  if (given === undefined || (same !== undefined && same === row.body)) return row.body
  return given && takeBody(sql, open, bodies, row.no, given, same)
}

/** The body's number is in the place of what is sealed, so a new body seals everything anew. */
function resealing(patch: ItemPatch): boolean {
  return patch.body !== undefined || allParts.some((part) => patch[part] !== undefined)
}

function givenParts(patch: ItemPatch): Partial<Parts> {
  return Object.fromEntries(
    allParts.filter((part) => patch[part] !== undefined).map((part) => [part, patch[part]]),
  )
}

/** Every sealed part of an item, opened. */
export async function partsOf(sql: Sql, open: OpenMailbox, row: ItemRow): Promise<Parts> {
  const sealed = await sql.get<{ listing: Uint8Array; detail: Uint8Array | null }>(
    'SELECT listing, detail FROM item_sealed WHERE no = ? AND mailbox = ?',
    row.sealed,
    open.no,
  )
  return openParts(open, row.no, row.body, sealed ?? { listing: null }, allParts) as Parts
}
