import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { FolderNo, ItemNo } from '#src/domain/mailbox/item.ts'
import type { Change, MailboxRef, Page } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Row, Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { type FolderRow, folderColumns, toFolder } from './folder-row.ts'
import { getFolderRow } from './folders.ts'
import { type ItemChange, itemsOfFolder, itemsOfMailbox, type Span } from './item-changes.ts'
import { toState } from './item-row.ts'
import { keywordNames } from './keywords.ts'
import { getMailbox } from './mailboxes.ts'
import { mergeStreams, type Numbered, type Stream, stretchOf } from './merge.ts'

type TombstoneRow = Row & {
  modseq: number
  folder: number
  item: number
  uid: number
  created_modseq: number
}

/** What a row of the log becomes; items wait for the names of their keywords. */
type Raw = ItemChange | { change: Change }

/**
 * What changed after `since`, in modseq order. Nothing later than the modseq at which the reading begins is
 * told: a row that changes while the log is read comes with its new modseq next time, and nothing is passed over. What came
 * after `since` and changes meanwhile is told both times.
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
  const { rows: merged, more } = await mergeStreams(streams, query.limit)
  const rows = toldOnce(merged)
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
    next: more ? merged.at(-1)!.modseq : null,
  }
}

/** An item that changed between two statements is in both streams: it is told where it came, as it is now. */
function toldOnce(rows: readonly Numbered<Raw>[]): readonly Numbered<Raw>[] {
  const newest = new Map<number, Numbered<Raw>>()
  return rows.flatMap((row) => {
    if (!('item' in row.value)) return row
    const { no, modseq } = row.value.item
    const told = newest.get(no)
    if (told === undefined) {
      newest.set(no, row)
      return row
    }
    if ('item' in told.value && told.value.item.modseq < modseq) told.value.item = row.value.item
    return []
  })
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
      return stretchOf(rows.map(gone), limit)
    },
  }
  return [...(await itemsOfFolder(sql, open, folder, span)), tombstones]
}

async function streamsOfMailbox(sql: Sql, open: OpenMailbox, span: Span): Promise<Stream<Raw>[]> {
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
      return stretchOf(rows.map(gone), limit)
    },
  }
  return [
    ...(await itemsOfMailbox(sql, open, span)),
    tombstones,
    foldersOf(sql, open, span),
    goneFoldersOf(sql, open, span),
  ]
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
      const changed = rows.map((row): Numbered<Raw> => {
        const folder: Folder = toFolder(open, row)
        const modseq = folder.stateModseq
        return { modseq, value: { change: { kind: 'folder', modseq, folder } } }
      })
      return stretchOf(changed, limit)
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
      const removed = rows.map(
        ({ modseq, folder }): Numbered<Raw> => ({
          modseq,
          value: { change: { kind: 'folder-gone', modseq, folder: folder as FolderNo } },
        }),
      )
      return stretchOf(removed, limit)
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
