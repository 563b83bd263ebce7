import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { Damaged } from '#src/domain/damaged.ts'
import type { Entry, EntryState, NewEntry } from '#src/domain/directory/entry.ts'
import type { DataKey } from '../data-key.ts'
import type { Row } from '../driver/driver.ts'

/** The columns of `directory_entry e` that an entry is read from. */
export const ENTRY_COLUMNS =
  'e.id, e.kind, e.state, e.home, e.hidden, e.mailbox, e.purge_at, e.version, e.created_version, e.sealed'

export type EntryRow = Row & {
  id: EntryId
  kind: string
  state: EntryState
  home: string
  hidden: number
  mailbox: string | null
  purge_at: number | null
  version: number
  created_version: number
  sealed: Uint8Array
}

const place = (org: OrganizationId, id: EntryId) => `entry:${org}:${id}`

export function sealEntry(key: DataKey, org: OrganizationId, entry: NewEntry): Uint8Array {
  return key.sealJson(place(org, entry.id), entry)
}

/** What rows that everybody is given were opened to, and with which key. */
const opened = new WeakMap<EntryRow, { key: DataKey; entry: Entry }>()

/** Refuses `damaged` when a clear column says something else than the sealed record. */
export function openEntry(key: DataKey, org: OrganizationId, row: EntryRow): Entry {
  // Only of rows that stay: those cannot be changed, and neither can what they say.
  if (!Object.isFrozen(row)) return openRow(key, org, row)
  const known = opened.get(row)
  if (known?.key === key) return known.entry
  const entry = frozen(openRow(key, org, row))
  opened.set(row, { key, entry })
  return entry
}

function openRow(key: DataKey, org: OrganizationId, row: EntryRow): Entry {
  const entry = key.openJson<NewEntry>(place(org, row.id), row.sealed)
  const agrees =
    entry.kind === row.kind &&
    entry.state === row.state &&
    entry.home === row.home &&
    entry.hidden === (row.hidden === 1) &&
    entry.mailbox === row.mailbox &&
    entry.purgeAt === row.purge_at
  if (!agrees) {
    throw new Damaged(
      `The row of directory entry ${row.id} does not agree with its sealed record: it was changed outside the service.`,
      'Run "landbridge check", and restore the directory from a backup.',
    )
  }
  return { ...entry, version: row.version, createdVersion: row.created_version }
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}

/** What is sealed: the entry without its versions, which change alone. */
export function withoutVersions({ version: _version, createdVersion: _created, ...entry }: Entry): NewEntry {
  return entry
}
