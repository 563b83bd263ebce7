import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { Damaged } from '#src/domain/damaged.ts'
import type { Credential, DirectoryReader, DirectoryWriter, Token } from '#src/domain/directory/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { DataKey } from '../data-key.ts'
import type { Session } from '../session.ts'
import { noEntry } from './entries.ts'
import { pageOf, pageSize } from './page.ts'
import { nextVersion, touchEntry } from './version.ts'

type TokenRow = {
  id: string
  entry: EntryId
  created_version: number
  last_used_at: number | null
  sealed: Uint8Array
}
/** The part of a token that never changes. */
type TokenRecord = Omit<Token, 'lastUsedAt'>

const credentialPlace = (org: OrganizationId, entry: EntryId) => `credential:${org}:${entry}`
const tokenPlace = (org: OrganizationId, id: string) => `token:${org}:${id}`
const TOKEN_COLUMNS = 'id, entry, created_version, last_used_at, sealed'

export function credentialReads({
  sql,
  keys,
}: Session): Pick<DirectoryReader, 'findCredential' | 'findToken' | 'listTokens'> {
  return {
    async findCredential(org, entry) {
      const key = await keys.organization(org)
      const row = await sql.get<{ sealed: Uint8Array }>(
        'SELECT sealed FROM directory_credential WHERE org = ? AND entry = ?',
        org,
        entry,
      )
      return row && key.openJson<Credential>(credentialPlace(org, entry), row.sealed)
    },

    async findToken(org, by) {
      const key = await keys.organization(org)
      const row =
        'id' in by
          ? await sql.get<TokenRow>(
              `SELECT ${TOKEN_COLUMNS} FROM access_token WHERE org = ? AND id = ?`,
              org,
              by.id,
            )
          : await sql.get<TokenRow>(
              `SELECT ${TOKEN_COLUMNS} FROM access_token WHERE org = ? AND token_key = ?`,
              org,
              tokenKey(key, by.digest),
            )
      return row && openToken(key, org, row)
    },

    async listTokens(org, { entry, after, limit }) {
      const key = await keys.organization(org)
      const size = pageSize(limit)
      const rows =
        entry === undefined
          ? await sql.all<TokenRow>(
              `SELECT ${TOKEN_COLUMNS} FROM access_token WHERE org = ? AND created_version > ? ORDER BY created_version LIMIT ?`,
              org,
              after ?? 0,
              size + 1,
            )
          : await sql.all<TokenRow>(
              `SELECT ${TOKEN_COLUMNS} FROM access_token WHERE org = ? AND entry = ? AND created_version > ?
               ORDER BY created_version LIMIT ?`,
              org,
              entry,
              after ?? 0,
              size + 1,
            )
      return pageOf(
        rows,
        size,
        (row) => row.created_version,
        (row) => openToken(key, org, row),
      )
    },
  }
}

type CredentialWrites = Pick<DirectoryWriter, 'putCredential' | 'createToken' | 'touchToken' | 'removeToken'>

export function credentialWrites({ sql, keys }: Session): CredentialWrites {
  return {
    async putCredential(org, entry, credential) {
      const key = await keys.organization(org)
      if (!(await touchEntry(sql, org, entry))) throw noEntry(entry)
      if (credential === null) {
        await sql.run('DELETE FROM directory_credential WHERE org = ? AND entry = ?', org, entry)
        return
      }
      await sql.run(
        `INSERT INTO directory_credential (org, entry, sealed) VALUES (?, ?, ?)
         ON CONFLICT (org, entry) DO UPDATE SET sealed = excluded.sealed`,
        org,
        entry,
        key.sealJson(credentialPlace(org, entry), credential),
      )
    },

    async createToken(org, { lastUsedAt, ...token }, digest) {
      const key = await keys.organization(org)
      const owner = await sql.get('SELECT id FROM directory_entry WHERE org = ? AND id = ?', org, token.entry)
      if (!owner) throw noEntry(token.entry)
      const version = await nextVersion(sql, org)
      await sql.run(
        `INSERT INTO access_token (org, id, token_key, entry, created_version, last_used_at, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        org,
        token.id,
        tokenKey(key, digest),
        token.entry,
        version,
        lastUsedAt,
        key.sealJson(tokenPlace(org, token.id), token satisfies TokenRecord),
      )
    },

    async touchToken(org, id, lastUsedAt) {
      await keys.organization(org)
      const changed = await sql.run(
        'UPDATE access_token SET last_used_at = ? WHERE org = ? AND id = ?',
        lastUsedAt,
        org,
        id,
      )
      if (changed === 0) throw noToken(id)
    },

    async removeToken(org, id) {
      await keys.organization(org)
      if ((await sql.run('DELETE FROM access_token WHERE org = ? AND id = ?', org, id)) === 0)
        throw noToken(id)
      await nextVersion(sql, org)
    },
  }
}

const tokenKey = (key: DataKey, digest: string): Uint8Array => key.blind('token', digest)

function openToken(key: DataKey, org: OrganizationId, row: TokenRow): Token {
  const record = key.openJson<TokenRecord>(tokenPlace(org, row.id), row.sealed)
  if (record.entry !== row.entry) {
    throw new Damaged(
      `The row of access token ${row.id} does not agree with its sealed record: it was changed outside the service.`,
      'Delete the token.',
    )
  }
  return { ...record, lastUsedAt: row.last_used_at }
}

function noToken(id: string): Refusal {
  return new Refusal(
    'no-such-token',
    `There is no personal access token ${id} in this organisation. List the user's tokens to see the ids.`,
  )
}
