import { Flag, type Flags, type FolderNo } from '#src/domain/mailbox/item.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { isActive, noSuchMailbox } from './mailboxes.ts'

/** How a change moves the totals of a mailbox. */
type MailboxDelta = {
  modseqs: number
  newItems?: number
  items?: number
  sizeBytes?: number
  recoverableBytes?: number
  ignoreQuota?: boolean
}

export type Taken = {
  /** First of the modseqs taken; the others follow it. */
  modseq: number
  /** First of the item numbers taken. */
  item: number
}

/**
 * Takes modseqs and item numbers and moves the totals, in one statement. Refuses `over-quota` when that which
 * counts would grow beyond the limit; then nothing has changed.
 */
export async function takeFromMailbox(sql: Sql, open: OpenMailbox, delta: MailboxDelta): Promise<Taken> {
  const sizeBytes = delta.sizeBytes ?? 0
  const row = await sql.get<{ modseq: number; next_item: number }>(
    `UPDATE mailbox SET modseq = modseq + ?, next_item = next_item + ?, items = items + ?,
      size_bytes = size_bytes + ?, recoverable_bytes = recoverable_bytes + ?
    WHERE no = ? AND state = 'active' AND (? = 1 OR size_bytes + ? <= quota_bytes) RETURNING modseq, next_item`,
    delta.modseqs,
    delta.newItems ?? 0,
    delta.items ?? 0,
    sizeBytes,
    delta.recoverableBytes ?? 0,
    open.no,
    delta.ignoreQuota || sizeBytes <= 0 ? 1 : 0,
    sizeBytes,
  )
  if (!row) throw await whyNot(sql, open)
  return { modseq: row.modseq - delta.modseqs + 1, item: row.next_item - (delta.newItems ?? 0) }
}

async function whyNot(sql: Sql, open: OpenMailbox): Promise<Refusal> {
  if (!(await isActive(sql, open))) return noSuchMailbox()
  return new Refusal(
    'over-quota',
    'The mailbox has reached its quota. Remove mail, empty the deleted items, or ask the administrator for a larger quota.',
  )
}

/** How a change moves the counts of one folder. */
export type FolderDelta = { items: number; unseen: number; deleted: number; sizeBytes: number }

/** Sums what a change of many items does to each folder. */
export class FolderDeltas {
  readonly #deltas = new Map<number, FolderDelta>()

  add(folder: number, flags: Flags, sizeBytes: number): void {
    this.#sum(folder, 1, flags, sizeBytes)
  }

  remove(folder: number, flags: Flags, sizeBytes: number): void {
    this.#sum(folder, -1, flags, sizeBytes)
  }

  get folders(): Iterable<[folder: number, delta: FolderDelta]> {
    return this.#deltas
  }

  of(folder: number): FolderDelta {
    return this.#deltas.get(folder) ?? { items: 0, unseen: 0, deleted: 0, sizeBytes: 0 }
  }

  #sum(folder: number, sign: number, flags: Flags, sizeBytes: number): void {
    let delta = this.#deltas.get(folder)
    if (!delta) {
      delta = { items: 0, unseen: 0, deleted: 0, sizeBytes: 0 }
      this.#deltas.set(folder, delta)
    }
    delta.items += sign
    delta.unseen += sign * isUnseen(flags)
    delta.deleted += sign * isDeleted(flags)
    delta.sizeBytes += sign * sizeBytes
  }
}

export const isUnseen = (flags: Flags): 0 | 1 => (flags & Flag.seen ? 0 : 1)
export const isDeleted = (flags: Flags): 0 | 1 => (flags & Flag.deleted ? 1 : 0)

/**
 * Moves the counts of a folder, says that an item of it changed at `modseq` and when, and takes `uids` uids. No two changes have one
 * time, whatever the clock says. Refuses `no-such-folder`.
 */
export async function countInFolder(
  sql: Sql,
  open: OpenMailbox,
  folder: number,
  { modseq, now }: { modseq: number; now: number },
  delta: FolderDelta,
  uids = 0,
): Promise<{ uid: number; recoverable: boolean }> {
  const row = await sql.get<{ uid_next: number; recoverable: number }>(
    `UPDATE folder SET uid_next = uid_next + ?, modseq = ?, items = items + ?, unseen = unseen + ?,
      deleted = deleted + ?, size_bytes = size_bytes + ?,
      changed_at = CASE WHEN changed_at < ? THEN ? ELSE changed_at + 1 END
    WHERE mailbox = ? AND no = ? RETURNING uid_next, recoverable`,
    uids,
    modseq,
    delta.items,
    delta.unseen,
    delta.deleted,
    delta.sizeBytes,
    now,
    now,
    open.no,
    folder,
  )
  if (!row) throw noSuchFolder(folder as FolderNo)
  return { uid: row.uid_next - uids, recoverable: row.recoverable === 1 }
}

export function noSuchFolder(folder: FolderNo): Refusal {
  return new Refusal('no-such-folder', `There is no folder ${folder} in this mailbox (any more).`)
}
