import type { OrganizationId } from '#src/base/ids.ts'
import type { AvailabilityConfiguration } from '#src/domain/availability/configuration.ts'
import { noAvailability } from '#src/domain/availability/configuration.ts'
import type { DirectoryReader, DirectoryWriter } from '#src/domain/directory/store.ts'
import type { DataKey } from '../data-key.ts'
import type { Session } from '../session.ts'

type AvailabilityReads = Pick<
  DirectoryReader,
  'findAvailability' | 'findAvailabilityLogin' | 'listAvailability'
>
type AvailabilityWrites = Pick<DirectoryWriter, 'putAvailability' | 'removeAvailability'>
type Row = { domain_key: Uint8Array; sealed: Uint8Array; sealed_secret: Uint8Array | null }

const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex')
export const availabilityPlace = (org: OrganizationId, domain: Uint8Array) =>
  `availability:${org}:${hex(domain)}`
export const availabilitySecretPlace = (org: OrganizationId, domain: Uint8Array) =>
  `availability-secret:${org}:${hex(domain)}`
export const availabilityKey = (key: DataKey, domain: string) => key.blind('availability', domain)
const columns = 'domain_key, sealed, sealed_secret'

export function availabilityReads({ sql, keys }: Session): AvailabilityReads {
  const opened = (key: DataKey, org: OrganizationId, row: Row) =>
    key.openJson<AvailabilityConfiguration>(availabilityPlace(org, row.domain_key), row.sealed)
  const rowOf = (org: OrganizationId, domain: Uint8Array) =>
    sql.get<Row>(`SELECT ${columns} FROM availability WHERE org = ? AND domain_key = ?`, org, domain)
  return {
    async findAvailability(org, domain) {
      const key = await keys.organization(org)
      const row = await rowOf(org, availabilityKey(key, domain))
      return row && opened(key, org, row)
    },

    async findAvailabilityLogin(org, domain) {
      const key = await keys.organization(org)
      const row = await rowOf(org, availabilityKey(key, domain))
      if (row === undefined) return undefined
      const sealed = row.sealed_secret
      const secret = sealed && key.open(availabilitySecretPlace(org, row.domain_key), sealed).toString('utf8')
      return { configuration: opened(key, org, row), secret }
    },

    async listAvailability(org, { after, limit }) {
      const key = await keys.organization(org)
      const rows = await sql.all<Row>(
        `SELECT ${columns} FROM availability WHERE org = ? AND domain_key > ? ORDER BY domain_key LIMIT ?`,
        org,
        Buffer.from(after ?? '', 'hex'),
        limit + 1,
      )
      const next = rows.length > limit ? hex(rows[limit - 1]!.domain_key) : null
      return { rows: rows.slice(0, limit).map((row) => opened(key, org, row)), next }
    },
  }
}

export function availabilityWrites({ sql, keys }: Session): AvailabilityWrites {
  return {
    async putAvailability(org, { configuration, secret }) {
      const key = await keys.organization(org)
      const domain = availabilityKey(key, configuration.domain)
      await sql.run(
        `INSERT INTO availability (org, domain_key, sealed, sealed_secret) VALUES (?, ?, ?, ?)
        ON CONFLICT (org, domain_key) DO UPDATE SET sealed = excluded.sealed, sealed_secret = excluded.sealed_secret`,
        org,
        domain,
        key.sealJson(availabilityPlace(org, domain), configuration),
        secret === null ? null : key.seal(availabilitySecretPlace(org, domain), secret),
      )
    },

    async removeAvailability(org, domain) {
      const key = await keys.organization(org)
      const removed = await sql.run(
        'DELETE FROM availability WHERE org = ? AND domain_key = ?',
        org,
        availabilityKey(key, domain),
      )
      if (removed === 0) throw noAvailability(domain)
    },
  }
}
