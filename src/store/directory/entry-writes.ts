import type { OrganizationId } from '#src/base/ids.ts'
import type { NewEntry } from '#src/domain/directory/entry.ts'
import type { DirectoryWriter } from '#src/domain/directory/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { DataKey } from '../data-key.ts'
import type { Sql, Value } from '../driver/driver.ts'
import type { Session } from '../session.ts'
import { insertAddresses, putAddresses, wantedAddresses } from './address-rows.ts'
import { attachmentPlace, nameKey, noEntry, packAttachment, providerKey } from './entries.ts'
import { sealEntry, withoutVersions } from './entry-row.ts'
import { dropRelations } from './relation-writes.ts'
import { nextVersion, touchEntry } from './version.ts'

type EntryWrites = Pick<
  DirectoryWriter,
  'createEntry' | 'saveEntry' | 'removeRelations' | 'removeEntry' | 'forgetDirectoryChanges' | 'putAttachment'
>

export function entryWrites({ sql, keys }: Session): EntryWrites {
  return {
    async createEntry(org, entry) {
      const key = await keys.organization(org)
      const names = namesOf(key, entry)
      const version = await nextVersion(sql, org)
      const made = await sql.run(
        `${INSERT_ENTRIES} ${ENTRY_VALUES} ON CONFLICT DO NOTHING`,
        ...valuesOf(key, org, entry, names, version),
      )
      if (made === 0) {
        await requireFree(sql, org, entry, names)
        throw new Error(`Entry ${entry.id} is there already, or its mailbox is somebody else's`)
      }
      // A new one has none yet.
      await insertAddresses(sql, org, [...wantedAddresses(key, entry).values()])
      return { ...entry, version, createdVersion: version }
    },

    async saveEntry(org, entry) {
      const key = await keys.organization(org)
      const record = withoutVersions(entry)
      const names = namesOf(key, record)
      await requireFree(sql, org, record, names)
      const version = await nextVersion(sql, org)
      const row = await sql.get<{ created_version: number }>(
        `UPDATE directory_entry SET state = ?, home = ?, hidden = ?, name_key = ?, provider_key = ?, mailbox = ?, purge_at = ?,
           version = ?, sealed = ? WHERE org = ? AND id = ? AND kind = ? RETURNING created_version`,
        record.state,
        record.home,
        record.hidden ? 1 : 0,
        names.name,
        names.provider,
        record.mailbox,
        record.purgeAt,
        version,
        sealEntry(key, org, record),
        org,
        record.id,
        record.kind,
      )
      if (!row) throw noEntry(entry.id)
      await putAddresses(sql, key, org, record)
      return { ...record, version, createdVersion: row.created_version }
    },

    async removeRelations(org, entry) {
      await keys.organization(org)
      if (!(await touchEntry(sql, org, entry))) throw noEntry(entry)
      await dropRelations(sql, org, entry)
    },

    async removeEntry(org, entry) {
      await keys.organization(org)
      const row = await sql.get<{ kind: string; mailbox: string | null }>(
        'SELECT kind, mailbox FROM directory_entry WHERE org = ? AND id = ?',
        org,
        entry,
      )
      if (!row) throw noEntry(entry)
      await dropRelations(sql, org, entry)
      if (row.mailbox)
        await sql.run('DELETE FROM folder_permission WHERE org = ? AND mailbox = ?', org, row.mailbox)
      await sql.run('DELETE FROM directory_address WHERE org = ? AND entry = ?', org, entry)
      await sql.run('DELETE FROM directory_attachment WHERE org = ? AND entry = ?', org, entry)
      await sql.run('DELETE FROM directory_entry WHERE org = ? AND id = ?', org, entry)
      const version = await nextVersion(sql, org)
      await sql.run(
        'INSERT INTO directory_gone (org, version, id, kind) VALUES (?, ?, ?, ?)',
        org,
        version,
        entry,
        row.kind,
      )
    },

    async forgetDirectoryChanges(org, version, limit) {
      await keys.organization(org)
      // A reader may start from the newest version forgotten: everything after it is still known.
      await sql.run(
        'UPDATE directory_state SET forgotten_version = ? WHERE org = ? AND forgotten_version < ? AND version >= ?',
        version,
        org,
        version,
        version,
      )
      const forgotten = await sql.run(
        `DELETE FROM directory_gone WHERE org = ? AND version IN
           (SELECT version FROM directory_gone WHERE org = ? AND version <= ? ORDER BY version LIMIT ?)`,
        org,
        org,
        version,
        limit,
      )
      return forgotten < limit
    },

    async putAttachment(org, entry, kind, attachment) {
      const key = await keys.organization(org)
      if (!(await touchEntry(sql, org, entry))) throw noEntry(entry)
      if (attachment === null) {
        await sql.run(
          'DELETE FROM directory_attachment WHERE org = ? AND entry = ? AND kind = ?',
          org,
          entry,
          kind,
        )
        return
      }
      await sql.run(
        `INSERT INTO directory_attachment (org, entry, kind, sealed) VALUES (?, ?, ?, ?)
         ON CONFLICT (org, entry, kind) DO UPDATE SET sealed = excluded.sealed`,
        org,
        entry,
        kind,
        key.seal(attachmentPlace(org, entry, kind), packAttachment(attachment)),
      )
    },
  }
}

type BlindNames = { name: Uint8Array | null; provider: Uint8Array | null }

/** What follows is `ENTRY_VALUES` for each. */
export const INSERT_ENTRIES = `INSERT INTO directory_entry
  (org, id, kind, state, home, hidden, name_key, provider_key, mailbox, purge_at, version, created_version, sealed) VALUES`
export const ENTRY_VALUES = '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'

/** Of a new entry. */
export function valuesOf(
  key: DataKey,
  org: OrganizationId,
  entry: NewEntry,
  { name, provider }: BlindNames,
  version: number,
): Value[] {
  return [
    org,
    entry.id,
    entry.kind,
    entry.state,
    entry.home,
    entry.hidden ? 1 : 0,
    name,
    provider,
    entry.mailbox,
    entry.purgeAt,
    version,
    version,
    sealEntry(key, org, entry),
  ]
}

/** The blind names of an entry. A deleted one has none. */
export function namesOf(key: DataKey, entry: NewEntry): BlindNames {
  if (entry.state === 'DELETED') return { name: null, provider: null }
  const hasProvider = entry.kind === 'user' && entry.identityProviderUserId !== null
  return {
    name: nameKey(key, entry.name),
    provider: hasProvider ? providerKey(key, entry.identityProviderUserId!) : null,
  }
}

/** Refuses `name-taken` when another entry has one of these names. */
async function requireFree(
  sql: Sql,
  org: OrganizationId,
  entry: NewEntry,
  { name, provider }: BlindNames,
): Promise<void> {
  if (name === null) return
  const named = await sql.get<{ id: string }>(
    'SELECT id FROM directory_entry WHERE org = ? AND kind = ? AND name_key = ?',
    org,
    entry.kind,
    name,
  )
  if (named && named.id !== entry.id) {
    throw new Refusal(
      'name-taken',
      `There is a ${entry.kind} named "${entry.name}" already. Choose another name.`,
    )
  }
  if (entry.kind !== 'user' || provider === null) return
  const linked = await sql.get<{ id: string }>(
    'SELECT id FROM directory_entry WHERE org = ? AND provider_key = ?',
    org,
    provider,
  )
  if (linked && linked.id !== entry.id) {
    throw new Refusal(
      'name-taken',
      `Another user has the identity provider user id "${entry.identityProviderUserId}". Remove it there first.`,
    )
  }
}
