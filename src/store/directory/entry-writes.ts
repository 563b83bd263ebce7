import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { domainOf, lookupText } from '#src/domain/directory/address.ts'
import type { AddressKind, NewEntry } from '#src/domain/directory/entry.ts'
import type { DirectoryWriter } from '#src/domain/directory/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { DataKey } from '../data-key.ts'
import type { Sql } from '../driver/driver.ts'
import type { Session } from '../session.ts'
import { addressKey, attachmentPlace, nameKey, noEntry, packAttachment, providerKey } from './entries.ts'
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
        `INSERT INTO directory_entry
           (org, id, kind, state, home, hidden, name_key, provider_key, mailbox, purge_at, version, created_version, sealed)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        org,
        entry.id,
        entry.kind,
        entry.state,
        entry.home,
        entry.hidden ? 1 : 0,
        names.name,
        names.provider,
        entry.mailbox,
        entry.purgeAt,
        version,
        version,
        sealEntry(key, org, entry),
      )
      if (made === 0) {
        await requireFree(sql, org, entry, names)
        throw new Error(`Entry ${entry.id} is there already, or its mailbox is somebody else's`)
      }
      // A new one has none yet.
      await insertAddresses(sql, org, entry.id, [...wantedAddresses(key, entry).values()])
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

/** The blind names of an entry. A deleted one has none. */
function namesOf(key: DataKey, entry: NewEntry): BlindNames {
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

type WantedAddress = { addressKey: Uint8Array; kind: AddressKind; address: string }

/** The address rows that an entry's record asks for, by key in hex. */
function wantedAddresses(key: DataKey, entry: NewEntry): Map<string, WantedAddress> {
  const wanted = new Map<string, WantedAddress>()
  for (const { kind, address } of entry.addresses) {
    const text = lookupText(kind, address)
    if (text === undefined) throw new Refusal('invalid-parameter', `"${address}" is not an address.`)
    const octets = addressKey(key, text)
    wanted.set(Buffer.from(octets).toString('hex'), { addressKey: octets, kind, address })
  }
  return wanted
}

/** Makes the address rows of an entry what its record says. */
async function putAddresses(sql: Sql, key: DataKey, org: OrganizationId, entry: NewEntry): Promise<void> {
  const wanted = wantedAddresses(key, entry)
  const present = await sql.all<{ address_key: Uint8Array; kind: string }>(
    'SELECT address_key, kind FROM directory_address WHERE org = ? AND entry = ?',
    org,
    entry.id,
  )
  for (const row of present) {
    const name = Buffer.from(row.address_key).toString('hex')
    if (wanted.get(name)?.kind === row.kind) wanted.delete(name)
    else
      await sql.run('DELETE FROM directory_address WHERE org = ? AND address_key = ?', org, row.address_key)
  }
  await insertAddresses(sql, org, entry.id, [...wanted.values()])
}

/** So many addresses in one statement; few have more. */
const MOST_AT_ONCE = 6
const insertSome = Array.from(
  { length: MOST_AT_ONCE + 1 },
  (_, count) =>
    `INSERT INTO directory_address (org, address_key, entry, kind, domain) VALUES ${Array(count)
      .fill('(?, ?, ?, ?, (SELECT name FROM mail_domain WHERE org = ? AND name = ?))')
      .join(', ')} ON CONFLICT (org, address_key) DO NOTHING`,
)

async function insertAddresses(
  sql: Sql,
  org: OrganizationId,
  entry: EntryId,
  wanted: readonly WantedAddress[],
): Promise<void> {
  for (let from = 0; from < wanted.length; from += MOST_AT_ONCE) {
    const some = wanted.slice(from, from + MOST_AT_ONCE)
    const values = some.flatMap(({ addressKey, kind, address }) => [
      org,
      addressKey,
      entry,
      kind,
      org,
      kind === 'x500' ? '' : domainOf(address),
    ])
    if ((await sql.run(insertSome[some.length]!, ...values)) === some.length) continue
    throw await addressInUse(sql, org, entry, some)
  }
}

async function addressInUse(
  sql: Sql,
  org: OrganizationId,
  entry: EntryId,
  wanted: readonly WantedAddress[],
): Promise<Refusal> {
  const owned = 'SELECT entry FROM directory_address WHERE org = ? AND address_key = ?'
  let taken = wanted[0]!
  for (const each of wanted) {
    const row = await sql.get<{ entry: EntryId }>(owned, org, each.addressKey)
    if (row !== undefined && row.entry !== entry) taken = each
  }
  return new Refusal(
    'address-in-use',
    `The address ${taken.address} belongs to another entry of this organisation. Remove it there first; a disabled entry keeps its addresses until it is deleted or purged.`,
  )
}
