import {
  type Configuration,
  type ConfigurationMark,
  LARGEST_CONFIGURATION_BYTES,
  MOST_CONFIGURATIONS,
} from '#src/domain/mailbox/configuration.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { Page } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { getFolderRow } from './folders.ts'

export const configurationKey = (open: OpenMailbox, name: string): Uint8Array =>
  open.key.blind('configuration', name.normalize('NFC').toLowerCase())
export const configurationPlace = (open: OpenMailbox, folder: FolderNo, key: Uint8Array): string =>
  `configuration:${open.no}:${folder}:${Buffer.from(key).toString('hex')}`

type ConfigurationRow = { name_key: Uint8Array; sealed: Uint8Array }
type FoundRow = ConfigurationRow & { folder: number }

const toConfiguration = (open: OpenMailbox, folder: FolderNo, row: ConfigurationRow): Configuration =>
  JSON.parse(
    open.key.open(configurationPlace(open, folder, row.name_key), row.sealed).toString('utf8'),
  ) as Configuration

/** Every message that comes asks for some that hang on the root: one statement finds both. */
const ofRoot = `SELECT folder, name_key, sealed FROM configuration WHERE mailbox = ? AND name_key = ?
  AND folder = (SELECT no FROM folder WHERE mailbox = ? AND distinguished = 'root')`
const ofFolder =
  'SELECT folder, name_key, sealed FROM configuration WHERE mailbox = ? AND name_key = ? AND folder = ?'

export async function findConfiguration(
  sql: Sql,
  open: OpenMailbox,
  folder: FolderNo | 'root',
  name: string,
): Promise<Configuration | undefined> {
  const key = configurationKey(open, name)
  const row = await (folder === 'root'
    ? sql.get<FoundRow>(ofRoot, open.no, key, open.no)
    : sql.get<FoundRow>(ofFolder, open.no, key, folder))
  return row && toConfiguration(open, row.folder as FolderNo, row)
}

/** Those of one name, by folder. One text of a statement for any number of folders: those in between are passed over. */
export async function findConfigurations(
  sql: Sql,
  open: OpenMailbox,
  folders: readonly FolderNo[],
  name: string,
): Promise<ReadonlyMap<FolderNo, Configuration>> {
  const wanted = new Set(folders)
  if (wanted.size === 0) return new Map()
  const [least, most] = folders.reduce(
    ([low, high], no) => [Math.min(low, no), Math.max(high, no)],
    [Number.MAX_SAFE_INTEGER, 0],
  )
  const rows = await sql.all<FoundRow>(
    `SELECT folder, name_key, sealed FROM configuration
      WHERE mailbox = ? AND folder BETWEEN ? AND ? AND name_key = ?`,
    open.no,
    least,
    most,
    configurationKey(open, name),
  )
  const found = new Map<FolderNo, Configuration>()
  for (const row of rows) {
    const folder = row.folder as FolderNo
    if (wanted.has(folder)) found.set(folder, toConfiguration(open, folder, row))
  }
  return found
}

/** Those of one folder, in order of name. */
export async function listConfigurations(
  sql: Sql,
  open: OpenMailbox,
  folder: FolderNo,
): Promise<Configuration[]> {
  const rows = await sql.all<ConfigurationRow>(
    'SELECT name_key, sealed FROM configuration WHERE mailbox = ? AND folder = ?',
    open.no,
    folder,
  )
  return rows.map((row) => toConfiguration(open, folder, row)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Rows of a page: of the largest ones 8 MiB. */
const PAGE = 8

/** In order of the keys that they are found by. */
export async function pageConfigurations(
  sql: Sql,
  open: OpenMailbox,
  folder: FolderNo,
  after: ConfigurationMark | null,
): Promise<Page<Configuration, ConfigurationMark>> {
  const rows = await sql.all<ConfigurationRow>(
    `SELECT name_key, sealed FROM configuration WHERE mailbox = ? AND folder = ? AND name_key > ?
      ORDER BY name_key LIMIT ?`,
    open.no,
    folder,
    Buffer.from(after ?? '', 'hex'),
    PAGE,
  )
  const last = rows.length < PAGE ? undefined : rows.at(-1)
  return {
    rows: rows.map((row) => toConfiguration(open, folder, row)),
    next: last === undefined ? null : (Buffer.from(last.name_key).toString('hex') as ConfigurationMark),
  }
}

/** Writes it in place of one of that name; null removes it. Refuses `no-such-folder`, `too-large`, `limit-exceeded`. */
export async function putConfiguration(
  sql: Sql,
  open: OpenMailbox,
  folder: FolderNo,
  name: string,
  content: Configuration['content'] | null,
): Promise<void> {
  await getFolderRow(sql, open, folder)
  const key = configurationKey(open, name)
  await sql.run(
    'DELETE FROM configuration WHERE mailbox = ? AND folder = ? AND name_key = ?',
    open.no,
    folder,
    key,
  )
  if (content === null) return
  const text = Buffer.from(JSON.stringify({ name, content } satisfies Configuration))
  if (text.length > LARGEST_CONFIGURATION_BYTES) {
    throw new Refusal(
      'too-large',
      `The settings "${name}" have ${text.length} octets, and at most ${LARGEST_CONFIGURATION_BYTES} are kept.`,
    )
  }
  const there = await sql.get<{ n: number }>(
    'SELECT COUNT(*) AS n FROM configuration WHERE mailbox = ? AND folder = ?',
    open.no,
    folder,
  )
  if ((there?.n ?? 0) >= MOST_CONFIGURATIONS) {
    throw new Refusal('limit-exceeded', `A folder keeps at most ${MOST_CONFIGURATIONS} settings.`)
  }
  await sql.run(
    'INSERT INTO configuration (mailbox, folder, name_key, sealed) VALUES (?, ?, ?, ?)',
    open.no,
    folder,
    key,
    open.key.seal(configurationPlace(open, folder, key), text),
  )
}
