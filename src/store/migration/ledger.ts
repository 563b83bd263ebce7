import type { FolderNo, ItemNo } from '#src/domain/mailbox/item.ts'
import { heaviest } from '#src/domain/migration/engine/grade.ts'
import { type Counts, noCounts } from '#src/domain/migration/engine/project.ts'
import type { ItemLedgerState } from '#src/domain/migration/engine/state.ts'
import type { Loss, LossWeight } from '#src/domain/migration/source.ts'
import type {
  LedgerFolder,
  LedgerFolderNo,
  LedgerItem,
  MigrationReader,
  MigrationWriter,
} from '#src/domain/migration/store.ts'
import type { Value } from '../driver/driver.ts'
import type { OpenMailbox, Session } from '../session.ts'

type Reads = Pick<
  MigrationReader,
  | 'listLedgerFolders'
  | 'findLedgerItems'
  | 'matchingItems'
  | 'findLedgerItemOf'
  | 'listLedgerItems'
  | 'unlistedItems'
  | 'countLedger'
  | 'countLedgerFolders'
>
type Writes = Pick<
  MigrationWriter,
  | 'putLedgerFolder'
  | 'putLedgerItem'
  | 'renameLedgerItem'
  | 'removeLedgerItem'
  | 'noteListed'
  | 'retrySkipped'
>

/** Keys that one statement names. */
const BLOCK = 32
const blockMarks = Array(BLOCK).fill('?').join(', ')
const MOST_MATCHES = 20

type FolderRow = {
  no: number
  target: number
  pass: number
  listing: number
  is_listing: number
  gone: number
  sealed: Uint8Array
}
const FOLDER = 'no, target, pass, listing, is_listing, gone, sealed'
/** What is sealed of a folder. */
type FolderWords = Pick<LedgerFolder, 'source' | 'key' | 'name' | 'parent' | 'placed' | 'cursor' | 'losses'>

type ItemRow = {
  item_key: Uint8Array
  folder: number
  item: number | null
  state: string
  version: string
  match_key: Uint8Array | null
  attempts: number
  modseq: number
  listing: number
  pass: number
  size_bytes: number
  sealed: Uint8Array
}
const ITEM =
  'item_key, folder, item, state, version, match_key, attempts, modseq, listing, pass, size_bytes, sealed'
/** What is sealed of an item; words that are empty are left out. */
type ItemWords = Pick<LedgerItem, 'source' | 'key' | 'match' | 'hash'> &
  Partial<Pick<LedgerItem, 'title' | 'code' | 'problem' | 'losses'>>

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')
const folderPlace = (open: OpenMailbox, no: number) => `migration-folder:${open.no}:${no}`
const itemPlace = (open: OpenMailbox, key: Uint8Array) => `migration-item:${open.no}:${hex(key)}`
const sourceKey = (open: OpenMailbox, source: string) => open.key.blind('migration-source', source)
const folderKey = (open: OpenMailbox, source: string, key: string) =>
  open.key.blind('migration-folder', `${source}\0${key}`)
const itemKey = (open: OpenMailbox, source: string, key: string) =>
  open.key.blind('migration-item', `${source}\0${key}`)
const matchKey = (open: OpenMailbox, source: string, match: string, sizeBytes: number) =>
  open.key.blind('migration-match', `${source}\0${sizeBytes}\0${match}`)

function toFolder(open: OpenMailbox, row: FolderRow): LedgerFolder {
  return {
    ...open.key.openJson<FolderWords>(folderPlace(open, row.no), row.sealed),
    no: row.no as LedgerFolderNo,
    target: row.target as FolderNo,
    pass: row.pass,
    listing: row.listing,
    isListing: row.is_listing === 1,
    gone: row.gone === 1,
  }
}

function toItem(open: OpenMailbox, row: ItemRow): LedgerItem {
  const words = open.key.openJson<ItemWords>(itemPlace(open, row.item_key), row.sealed)
  return {
    title: '',
    code: '',
    problem: '',
    losses: [],
    ...words,
    folder: row.folder as LedgerFolderNo,
    item: row.item as ItemNo | null,
    state: row.state as ItemLedgerState,
    version: row.version,
    attempts: row.attempts,
    modseq: row.modseq,
    listing: row.listing,
    pass: row.pass,
    sizeBytes: row.size_bytes,
  }
}

export function ledgerReads({ sql, keys }: Session): Reads {
  return {
    async listLedgerFolders(at, source) {
      const open = await keys.mailbox(at)
      const rows = await sql.all<FolderRow>(
        `SELECT ${FOLDER} FROM migration_folder WHERE mailbox = ? AND source_key = ? ORDER BY no`,
        open.no,
        sourceKey(open, source),
      )
      return rows.map((row) => toFolder(open, row))
    },

    async findLedgerItems(at, source, wanted) {
      const open = await keys.mailbox(at)
      const found = new Map<string, LedgerItem>()
      for (let from = 0; from < wanted.length; from += BLOCK) {
        const block: Value[] = wanted.slice(from, from + BLOCK).map((key) => itemKey(open, source, key))
        while (block.length < BLOCK) block.push(null)
        const rows = await sql.all<ItemRow>(
          `SELECT ${ITEM} FROM migration_item WHERE mailbox = ? AND item_key IN (${blockMarks})`,
          open.no,
          ...block,
        )
        for (const row of rows) {
          const item = toItem(open, row)
          found.set(item.key, item)
        }
      }
      return found
    },

    async matchingItems(at, source, match, sizeBytes) {
      const open = await keys.mailbox(at)
      const rows = await sql.all<ItemRow>(
        `SELECT ${ITEM} FROM migration_item WHERE mailbox = ? AND match_key = ? LIMIT ${MOST_MATCHES}`,
        open.no,
        matchKey(open, source, match, sizeBytes),
      )
      return rows.map((row) => toItem(open, row))
    },

    async findLedgerItemOf(at, item) {
      const open = await keys.mailbox(at)
      const row = await sql.get<ItemRow>(
        `SELECT ${ITEM} FROM migration_item WHERE mailbox = ? AND item = ? LIMIT 1`,
        open.no,
        item,
      )
      return row && toItem(open, row)
    },

    async listLedgerItems(at, { after, limit, state, folder, troubled }) {
      const open = await keys.mailbox(at)
      const rows = await sql.all<ItemRow>(
        `SELECT ${ITEM} FROM migration_item WHERE mailbox = ? AND item_key > ? AND (? IS NULL OR state = ?)
        AND (? IS NULL OR folder = ?) ${troubled ? "AND (state <> 'copied' OR weight IS NOT NULL)" : ''}
        ORDER BY item_key LIMIT ?`,
        open.no,
        Buffer.from(after ?? '', 'hex'),
        state ?? null,
        state ?? null,
        folder ?? null,
        folder ?? null,
        limit,
      )
      return {
        rows: rows.map((row) => toItem(open, row)),
        next: rows.length < limit ? null : hex(rows.at(-1)!.item_key),
      }
    },

    async unlistedItems(at, folder, listing, limit) {
      const open = await keys.mailbox(at)
      const rows = await sql.all<ItemRow>(
        `SELECT ${ITEM} FROM migration_item WHERE mailbox = ? AND folder = ? AND listing < ? LIMIT ?`,
        open.no,
        folder,
        listing,
        limit,
      )
      return rows.map((row) => toItem(open, row))
    },

    async countLedger(at) {
      const open = await keys.mailbox(at)
      const counts: Counts = { ...noCounts }
      const losses: Record<LossWeight, number> = { metadata: 0, visible: 0, content: 0 }
      const rows = await sql.all<{ state: string; weight: string | null; n: number; bytes: number }>(
        `SELECT state, weight, COUNT(*) AS n, SUM(size_bytes) AS bytes FROM migration_item WHERE mailbox = ?
        GROUP BY state, weight`,
        open.no,
      )
      for (const { state, weight, n, bytes } of rows) {
        counts[state as ItemLedgerState] += n
        if (state === 'copied') counts.bytes += bytes
        if (weight !== null) losses[weight as LossWeight] += n
      }
      return { counts, losses }
    },

    async countLedgerFolders(at) {
      const open = await keys.mailbox(at)
      const rows = await sql.all<{ folder: number; copied: number; bytes: number; settled: number }>(
        `SELECT folder, SUM(CASE WHEN item IS NULL THEN 0 ELSE 1 END) AS copied,
          SUM(CASE WHEN item IS NULL THEN 0 ELSE size_bytes END) AS bytes, COUNT(*) AS settled
        FROM migration_item WHERE mailbox = ? GROUP BY folder`,
        open.no,
      )
      return rows.map((row) => ({ ...row, folder: row.folder as LedgerFolderNo }))
    },
  }
}

export function ledgerWrites({ sql, keys }: Session): Writes {
  return {
    async putLedgerFolder(at, folder) {
      const open = await keys.mailbox(at)
      const no =
        folder.no ??
        (await sql.get<{ no: number }>(
          'SELECT COALESCE(MAX(no), 0) + 1 AS no FROM migration_folder WHERE mailbox = ?',
          open.no,
        ))!.no
      const { source, key, name, parent, placed, cursor, losses } = folder
      const words: FolderWords = { source, key, name, parent, placed, cursor, losses }
      await sql.run(
        `INSERT INTO migration_folder (mailbox, no, folder_key, source_key, target, pass, listing, is_listing, gone, sealed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (mailbox, no) DO UPDATE SET target = excluded.target, pass = excluded.pass, listing = excluded.listing,
          is_listing = excluded.is_listing, gone = excluded.gone, sealed = excluded.sealed`,
        open.no,
        no,
        folderKey(open, source, key),
        sourceKey(open, source),
        folder.target,
        folder.pass,
        folder.listing,
        folder.isListing ? 1 : 0,
        folder.gone ? 1 : 0,
        open.key.sealJson(folderPlace(open, no), words),
      )
      return { ...folder, no: no as LedgerFolderNo }
    },

    async putLedgerItem(at, item) {
      const open = await keys.mailbox(at)
      const key = itemKey(open, item.source, item.key)
      await sql.run(
        `INSERT INTO migration_item (mailbox, item_key, folder, item, state, version, match_key, attempts, modseq, listing,
          pass, size_bytes, weight, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (mailbox, item_key) DO UPDATE SET folder = excluded.folder, item = excluded.item, state = excluded.state,
          version = excluded.version, match_key = excluded.match_key, attempts = excluded.attempts, modseq = excluded.modseq,
          listing = excluded.listing, pass = excluded.pass, size_bytes = excluded.size_bytes,
          weight = excluded.weight, sealed = excluded.sealed`,
        open.no,
        key,
        item.folder,
        item.item,
        item.state,
        item.version,
        item.match === null ? null : matchKey(open, item.source, item.match, item.sizeBytes),
        item.attempts,
        item.modseq,
        item.listing,
        item.pass,
        item.sizeBytes,
        heaviest(item.losses),
        open.key.sealJson(itemPlace(open, key), wordsOf(item)),
      )
    },

    async renameLedgerItem(at, item, key) {
      await this.removeLedgerItem(at, item.source, item.key)
      await this.putLedgerItem(at, { ...item, key })
    },

    async removeLedgerItem(at, source, key) {
      const open = await keys.mailbox(at)
      await sql.run(
        'DELETE FROM migration_item WHERE mailbox = ? AND item_key = ?',
        open.no,
        itemKey(open, source, key),
      )
    },

    async noteListed(at, source, listed, listing) {
      const open = await keys.mailbox(at)
      for (let from = 0; from < listed.length; from += BLOCK) {
        const block: Value[] = listed.slice(from, from + BLOCK).map((key) => itemKey(open, source, key))
        while (block.length < BLOCK) block.push(null)
        await sql.run(
          `UPDATE migration_item SET listing = ? WHERE mailbox = ? AND item_key IN (${blockMarks})`,
          listing,
          open.no,
          ...block,
        )
      }
    },

    async retrySkipped(at) {
      const open = await keys.mailbox(at)
      return sql.run(
        "UPDATE migration_item SET state = 'pending', attempts = 0 WHERE mailbox = ? AND state = 'skipped'",
        open.no,
      )
    },
  }
}

function wordsOf({ source, key, match, hash, title, code, problem, losses }: LedgerItem): ItemWords {
  const some: readonly Loss[] = losses
  return {
    source,
    key,
    match,
    hash,
    ...(title !== '' && { title }),
    ...(code !== '' && { code }),
    ...(problem !== '' && { problem }),
    ...(some.length > 0 && { losses: some }),
  }
}
