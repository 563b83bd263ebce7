import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { FolderNo, ItemNo } from '#src/domain/mailbox/item.ts'
import { Pace } from '#src/domain/mailbox/pace.ts'
import type { Change, MailboxRef, Page } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Row, Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { type FolderRow, folderColumns, toFolder } from './folder-row.ts'
import { getFolderRow } from './folders.ts'
import { type ItemRow, itemColumns, toState } from './item-row.ts'
import { keywordNames } from './keywords.ts'
import { getMailbox } from './mailboxes.ts'
import { mergeStreams, type Stream } from './merge.ts'

type TombstoneRow = Row & {
  modseq: number
  folder: number
  item: number
  uid: number
  created_modseq: number
}

/** What a row of the log becomes; items wait for the names of their keywords. */
type Raw = { item: ItemRow; otherModseq: number } | { change: Change }

/**
 * What changed after `since`, in modseq order. Nothing later than the modseq at which the reading begins is
 * told: a row that changes while the log is read comes with its new modseq next time, and nothing is passed over.
 */
export async function changes(
  sql: Sql,
  open: OpenMailbox,
  at: MailboxRef,
  query: { since: number; folder?: FolderNo; only?: 'folders'; limit: number },
): Promise<Page<Change>> {
  const mailbox = await getMailbox(sql, open, at)
  if (query.since < mailbox.forgottenModseq || query.since > mailbox.modseq) {
    throw new Refusal(
      'cannot-calculate-changes',
      `Changes since ${query.since} are not known (any more): the log goes from ${mailbox.forgottenModseq} to ${mailbox.modseq}. Read everything anew.`,
    )
  }
  const span = { since: query.since, to: mailbox.modseq }
  const streams = await streamsOf(sql, open, query, span)
  const { rows, more } = await mergeStreams(streams, query.limit)
  const names = await keywordNames(
    sql,
    open,
    rows.map(({ value }) => ('item' in value ? value.item.keywords : null)),
  )
  return {
    rows: rows.map(({ modseq, value }) =>
      'item' in value
        ? { kind: 'item', modseq, item: toState(value.item, names), otherModseq: value.otherModseq }
        : value.change,
    ),
    next: more ? rows.at(-1)!.modseq : null,
  }
}

function streamsOf(
  sql: Sql,
  open: OpenMailbox,
  { folder, only }: { folder?: FolderNo; only?: 'folders' },
  span: Span,
): Stream<Raw>[] | Promise<Stream<Raw>[]> {
  if (only === 'folders') return [foldersOf(sql, open, span), goneFoldersOf(sql, open, span)]
  return folder === undefined ? streamsOfMailbox(sql, open, span) : streamsOfFolder(sql, open, folder, span)
}

type Span = { since: number; to: number }

async function streamsOfFolder(
  sql: Sql,
  open: OpenMailbox,
  folder: FolderNo,
  span: Span,
): Promise<Stream<Raw>[]> {
  await getFolderRow(sql, open, folder)
  const tombstones: Stream<Raw> = {
    after: span.since,
    read: async (after, limit) => {
      const rows = await sql.all<TombstoneRow>(
        `SELECT modseq, folder, item, uid, created_modseq FROM tombstone
        WHERE mailbox = ? AND folder = ? AND modseq > ? AND modseq <= ? ORDER BY modseq LIMIT ?`,
        open.no,
        folder,
        after,
        span.to,
        limit,
      )
      return rows.map(gone)
    },
  }
  return [itemsOf(sql, open, folder, span), tombstones]
}

/** Folders whose first changes are looked up at once, before others have their turn. */
const FOLDERS = 500

/**
 * Items are indexed by modseq within their folder only (one index fewer for each delivery to write), so the
 * folders that changed are merged: usually that is one. Where each begins is told by that index alone.
 */
async function streamsOfMailbox(sql: Sql, open: OpenMailbox, span: Span): Promise<Stream<Raw>[]> {
  const items: Stream<Raw>[] = []
  const pace = new Pace()
  for (let after = 0; ; ) {
    const folders = await sql.all<{ no: number; first: number | null }>(
      `SELECT no, (SELECT item.modseq FROM item WHERE item.mailbox = folder.mailbox AND item.folder = folder.no
        AND item.modseq > ? ORDER BY item.modseq LIMIT 1) AS first
      FROM folder WHERE mailbox = ? AND no > ? AND modseq > ? AND items > 0 ORDER BY no LIMIT ?`,
      span.since,
      open.no,
      after,
      span.since,
      FOLDERS,
    )
    for (const { no, first } of folders) {
      if (first !== null && first <= span.to)
        items.push({ ...itemsOf(sql, open, no as FolderNo, span), from: first })
    }
    if (folders.length < FOLDERS) break
    after = folders.at(-1)!.no
    await pace.rest()
  }
  const tombstones: Stream<Raw> = {
    after: span.since,
    read: async (after, limit) => {
      const rows = await sql.all<TombstoneRow>(
        `SELECT modseq, folder, item, uid, created_modseq FROM tombstone
        WHERE mailbox = ? AND modseq > ? AND modseq <= ? ORDER BY modseq LIMIT ?`,
        open.no,
        after,
        span.to,
        limit,
      )
      return rows.map(gone)
    },
  }
  return [...items, tombstones, foldersOf(sql, open, span), goneFoldersOf(sql, open, span)]
}

function itemsOf(sql: Sql, open: OpenMailbox, folder: FolderNo, span: Span): Stream<Raw> {
  return {
    after: span.since,
    read: async (after, limit) => {
      const rows = await sql.all<ItemRow & { other_modseq: number | null }>(
        `SELECT ${itemColumns}, other_modseq FROM item WHERE mailbox = ? AND folder = ? AND modseq > ? AND modseq <= ?
        ORDER BY modseq LIMIT ?`,
        open.no,
        folder,
        after,
        span.to,
        limit,
      )
      return rows.map((item) => ({
        modseq: item.modseq,
        value: { item, otherModseq: item.other_modseq ?? item.modseq },
      }))
    },
  }
}

function foldersOf(sql: Sql, open: OpenMailbox, span: Span): Stream<Raw> {
  return {
    after: span.since,
    read: async (after, limit) => {
      const rows = await sql.all<FolderRow>(
        `SELECT ${folderColumns} FROM folder WHERE mailbox = ? AND state_modseq > ? AND state_modseq <= ?
        ORDER BY state_modseq LIMIT ?`,
        open.no,
        after,
        span.to,
        limit,
      )
      return rows.map((row) => {
        const folder: Folder = toFolder(open, row)
        const modseq = folder.stateModseq
        return { modseq, value: { change: { kind: 'folder', modseq, folder } } }
      })
    },
  }
}

function goneFoldersOf(sql: Sql, open: OpenMailbox, span: Span): Stream<Raw> {
  return {
    after: span.since,
    read: async (after, limit) => {
      const rows = await sql.all<{ modseq: number; folder: number }>(
        `SELECT modseq, folder FROM folder_tombstone WHERE mailbox = ? AND modseq > ? AND modseq <= ?
        ORDER BY modseq LIMIT ?`,
        open.no,
        after,
        span.to,
        limit,
      )
      return rows.map(({ modseq, folder }) => ({
        modseq,
        value: { change: { kind: 'folder-gone', modseq, folder: folder as FolderNo } },
      }))
    },
  }
}

function gone(row: TombstoneRow): { modseq: number; value: Raw } {
  const change: Change = {
    kind: 'gone',
    modseq: row.modseq,
    item: row.item as ItemNo,
    folder: row.folder as FolderNo,
    uid: row.uid,
    createdModseq: row.created_modseq,
  }
  return { modseq: row.modseq, value: { change } }
}
