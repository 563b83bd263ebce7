import type { EntryId, MailboxId, OrganizationId } from '#src/base/ids.ts'
import { lookupText } from '#src/domain/directory/address.ts'
import {
  type Attachment,
  type AttachmentKind,
  passesFilter,
  passesState,
} from '#src/domain/directory/entry.ts'
import { entryOfLegacyDn } from '#src/domain/directory/legacy-dn.ts'
import type { DirectoryChange, DirectoryReader, EntryKey } from '#src/domain/directory/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { DataKey } from '../data-key.ts'
import type { Sql, Value } from '../driver/driver.ts'
import type { Session } from '../session.ts'
import { ENTRY_COLUMNS, type EntryRow, openEntry } from './entry-row.ts'
import { pageSize } from './page.ts'

/** Entries that one `listEntries` looks at, and how many it fetches at a time. */
const EXAMINED = 1_000
const BATCH = 100

type EntryReads = Pick<
  DirectoryReader,
  | 'directoryVersion'
  | 'getEntry'
  | 'findEntry'
  | 'listEntries'
  | 'directoryChanges'
  | 'findAttachment'
  | 'listExpired'
>

export function entryReads({ sql, keys }: Session): EntryReads {
  return {
    async directoryVersion(org) {
      await keys.organization(org)
      return (await versions(sql, org)).version
    },

    async getEntry(org, id) {
      const key = await keys.organization(org)
      const row = await sql.get<EntryRow>(
        `SELECT ${ENTRY_COLUMNS} FROM directory_entry e WHERE e.org = ? AND e.id = ?`,
        org,
        id,
      )
      if (!row) throw noEntry(id)
      return openEntry(key, org, row)
    },

    async findEntry(org, by) {
      const key = await keys.organization(org)
      const row = await findRow(sql, key, org, by)
      return row && openEntry(key, org, row)
    },

    async listEntries(org, { kind, filter = {}, after, limit }) {
      const key = await keys.organization(org)
      const size = pageSize(limit)
      const rows = []
      let last = after ?? 0
      for (let examined = 0; examined < EXAMINED; ) {
        const batch = await entriesAfter(sql, org, kind, last, BATCH)
        for (const row of batch) {
          // Full only once another row is there: otherwise the page would say that it goes on when it does not.
          if (rows.length === size) return { rows, next: last }
          last = row.created_version
          if (!passesState(row.state, filter)) continue
          const entry = openEntry(key, org, row)
          if (passesFilter(entry, filter)) rows.push(entry)
        }
        if (batch.length < BATCH) return { rows, next: null }
        examined += batch.length
      }
      return { rows, next: last }
    },

    async directoryChanges(org, { since, limit }) {
      const key = await keys.organization(org)
      const { version, forgotten } = await versions(sql, org)
      if (since < forgotten || since > version) throw tooOld(since)
      const size = pageSize(limit)
      const entries = await sql.all<EntryRow>(
        `SELECT ${ENTRY_COLUMNS} FROM directory_entry e WHERE e.org = ? AND e.version > ? ORDER BY e.version LIMIT ?`,
        org,
        since,
        size + 1,
      )
      const gone = await sql.all<{
        version: number
        id: EntryId
        kind: 'user' | 'group' | 'resource' | 'contact'
      }>(
        'SELECT version, id, kind FROM directory_gone WHERE org = ? AND version > ? ORDER BY version LIMIT ?',
        org,
        since,
        size + 1,
      )
      const merged = [...entries, ...gone].sort((a, b) => a.version - b.version)
      const rows = merged
        .slice(0, size)
        .map(
          (row): DirectoryChange =>
            'sealed' in row
              ? { kind: 'entry', version: row.version, entry: openEntry(key, org, row) }
              : { kind: 'gone', version: row.version, id: row.id, entryKind: row.kind },
        )
      return { rows, next: merged.length > size ? rows[rows.length - 1]!.version : null }
    },

    async findAttachment(org, entry, kind) {
      const key = await keys.organization(org)
      const row = await sql.get<{ sealed: Uint8Array }>(
        'SELECT sealed FROM directory_attachment WHERE org = ? AND entry = ? AND kind = ?',
        org,
        entry,
        kind,
      )
      return row && openAttachment(key.open(attachmentPlace(org, entry, kind), row.sealed))
    },

    async listExpired(now, { after, limit }) {
      const rows = await sql.all<{
        org: OrganizationId
        id: EntryId
        mailbox: MailboxId | null
        purge_at: number
      }>(
        `SELECT org, id, mailbox, purge_at FROM directory_entry
         WHERE purge_at IS NOT NULL AND purge_at <= ? AND (purge_at, org, id) > (?, ?, ?) ORDER BY purge_at, org, id LIMIT ?`,
        now,
        after?.purgeAt ?? -1,
        after?.organization ?? '',
        after?.entry ?? '',
        pageSize(limit),
      )
      return rows.map((row) => ({
        organization: row.org,
        entry: row.id,
        mailbox: row.mailbox,
        purgeAt: row.purge_at,
      }))
    },
  }
}

async function findRow(
  sql: Sql,
  key: DataKey,
  org: OrganizationId,
  by: EntryKey,
): Promise<EntryRow | undefined> {
  const where = (condition: string, ...values: Value[]) =>
    sql.get<EntryRow>(
      `SELECT ${ENTRY_COLUMNS} FROM directory_entry e WHERE e.org = ? AND ${condition}`,
      org,
      ...values,
    )
  if ('id' in by) return where('e.id = ?', by.id)
  if ('mailbox' in by) return where('e.mailbox = ?', by.mailbox)
  if ('name' in by) return where('e.kind = ? AND e.name_key = ?', by.kind, nameKey(key, by.name))
  if ('identityProviderUserId' in by)
    return where('e.provider_key = ?', providerKey(key, by.identityProviderUserId))
  const ours = 'x500' in by ? entryOfLegacyDn(org, by.x500) : undefined
  if (ours !== undefined) return where('e.id = ?', ours)
  const text =
    'address' in by
      ? lookupText('primary', by.address)
      : 'x500' in by
        ? lookupText('x500', by.x500)
        : lookupText('sip', by.sip)
  if (text === undefined) return undefined
  return sql.get<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM directory_address a JOIN directory_entry e ON e.org = a.org AND e.id = a.entry
     WHERE a.org = ? AND a.address_key = ?`,
    org,
    addressKey(key, text),
  )
}

function entriesAfter(
  sql: Sql,
  org: OrganizationId,
  kind: string | undefined,
  after: number,
  limit: number,
): Promise<EntryRow[]> {
  return kind === undefined
    ? sql.all<EntryRow>(
        `SELECT ${ENTRY_COLUMNS} FROM directory_entry e WHERE e.org = ? AND e.created_version > ? ORDER BY e.created_version LIMIT ?`,
        org,
        after,
        limit,
      )
    : sql.all<EntryRow>(
        `SELECT ${ENTRY_COLUMNS} FROM directory_entry e WHERE e.org = ? AND e.kind = ? AND e.created_version > ?
         ORDER BY e.created_version LIMIT ?`,
        org,
        kind,
        after,
        limit,
      )
}

async function versions(sql: Sql, org: OrganizationId): Promise<{ version: number; forgotten: number }> {
  const row = await sql.get<{ version: number; forgotten: number }>(
    'SELECT version, forgotten_version AS forgotten FROM directory_state WHERE org = ?',
    org,
  )
  return row ?? { version: 0, forgotten: 0 }
}

/** Names are unique without regard to case. */
export const nameKey = (key: DataKey, name: string): Uint8Array =>
  key.blind('name', name.normalize('NFC').toLowerCase())
export const providerKey = (key: DataKey, id: string): Uint8Array => key.blind('provider', id)
/** `text` as `lookupText` gives it. */
export const addressKey = (key: DataKey, text: string): Uint8Array => key.blind('address', text)
/** Of one of many addresses: those that mail goes to stay in mind. */
export const addressKeyOnce = (key: DataKey, text: string): Uint8Array => key.blindOnce('address', text)

export const attachmentPlace = (org: OrganizationId, entry: EntryId, kind: AttachmentKind): string =>
  `attachment:${org}:${entry}:${kind}`

/** Media type, a zero octet, the octets. */
export function packAttachment({ type, octets }: Attachment): Uint8Array {
  return Buffer.concat([Buffer.from(`${type}\0`, 'latin1'), octets])
}

function openAttachment(packed: Buffer): Attachment {
  const end = packed.indexOf(0)
  return { type: packed.toString('latin1', 0, end), octets: packed.subarray(end + 1) }
}

export function noEntry(id: string): Refusal {
  return new Refusal(
    'no-such-entry',
    `There is no user, group, resource or contact ${id} in this organisation. List them to see the ids.`,
  )
}

function tooOld(since: number): Refusal {
  return new Refusal(
    'cannot-calculate-changes',
    `Changes of the directory since version ${since} are not known any more. Read the directory anew.`,
  )
}
