import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type {
  LedgerFolder,
  LedgerFolderNo,
  MigrationReader,
  MigrationWriter,
} from '#src/domain/migration/store.ts'
import type { OpenMailbox, Session } from '../session.ts'

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
/** Folders that one statement names. */
const AT_ONCE = 100
/** What is sealed of a folder. */
export type FolderWords = Pick<
  LedgerFolder,
  'source' | 'key' | 'name' | 'parent' | 'placed' | 'cursor' | 'mark' | 'losses' | 'from'
>

export const folderPlace = (open: OpenMailbox, no: number) => `migration-folder:${open.no}:${no}`
export const sourceKey = (open: OpenMailbox, source: string) => open.key.blind('migration-source', source)
export const folderKey = (open: OpenMailbox, source: string, key: string) =>
  open.key.blind('migration-folder', `${source}\0${key}`)
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

/** Folders of a source: which one here each is, and how far its changes were read. */
export function ledgerFolderReads({
  sql,
  keys,
}: Session): Pick<
  MigrationReader,
  'listLedgerFolders' | 'pageLedgerFolders' | 'findLedgerFolders' | 'targetsOfOthers'
> {
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

    async pageLedgerFolders(at, source, { after, limit }) {
      const open = await keys.mailbox(at)
      const rows = await sql.all<FolderRow>(
        `SELECT ${FOLDER} FROM migration_folder WHERE mailbox = ? AND no > ? AND source_key = ? ORDER BY no LIMIT ?`,
        open.no,
        after ?? 0,
        sourceKey(open, source),
        limit + 1,
      )
      const some = rows.slice(0, limit)
      return {
        rows: some.map((row) => toFolder(open, row)),
        next: rows.length > limit ? some.at(-1)!.no : null,
      }
    },

    async findLedgerFolders(at, source, by) {
      const open = await keys.mailbox(at)
      const [column, wanted] =
        'keys' in by ? ['folder_key', by.keys.map((key) => folderKey(open, source, key))] : ['no', by.nos]
      const found: FolderRow[] = []
      for (let from = 0; from < wanted.length; from += AT_ONCE) {
        const some = wanted.slice(from, from + AT_ONCE)
        const marks = some.map(() => '?').join(', ')
        const rows = await sql.all<FolderRow>(
          `SELECT ${FOLDER} FROM migration_folder WHERE mailbox = ? AND source_key = ? AND ${column} IN (${marks})`,
          open.no,
          sourceKey(open, source),
          ...some,
        )
        found.push(...rows)
      }
      return found.sort((a, b) => a.no - b.no).map((row) => toFolder(open, row))
    },

    async targetsOfOthers(at, source) {
      const open = await keys.mailbox(at)
      const rows = await sql.all<Pick<FolderRow, 'target'>>(
        'SELECT target FROM migration_folder WHERE mailbox = ? AND source_key <> ?',
        open.no,
        sourceKey(open, source),
      )
      return new Set(rows.map(({ target }) => target as FolderNo))
    },
  }
}

export function ledgerFolderWrites({ sql, keys }: Session): Pick<MigrationWriter, 'putLedgerFolder'> {
  return {
    async putLedgerFolder(at, folder) {
      const open = await keys.mailbox(at)
      const no =
        folder.no ??
        (await sql.get<{ no: number }>(
          'SELECT COALESCE(MAX(no), 0) + 1 AS no FROM migration_folder WHERE mailbox = ?',
          open.no,
        ))!.no
      const { source, key, name, parent, placed, cursor, mark, losses, from } = folder
      const words: FolderWords = { source, key, name, parent, placed, cursor, mark, losses, from }
      await sql.run(
        `INSERT INTO migration_folder (mailbox, no, folder_key, source_key, target, pass, listing, is_listing, gone, sealed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (mailbox, no) DO UPDATE SET folder_key = excluded.folder_key, target = excluded.target, pass = excluded.pass, listing = excluded.listing,
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
  }
}
