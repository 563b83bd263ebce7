import type { OrganizationId } from '#src/base/ids.ts'
import { Damaged } from '#src/domain/damaged.ts'
import type { DkimKey, MailDomain } from '#src/domain/directory/mail-domain.ts'
import type { DirectoryReader, DirectoryWriter } from '#src/domain/directory/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { DataKey } from '../data-key.ts'
import type { Session } from '../session.ts'
import { pageOf, pageSize } from './page.ts'
import { nextVersion } from './version.ts'

type DomainReads = Pick<
  DirectoryReader,
  | 'findDomainOwner'
  | 'findDomainClaims'
  | 'findMailFromOwner'
  | 'getDomain'
  | 'findDomain'
  | 'listDomains'
  | 'countDomains'
  | 'isDomainUsed'
  | 'getDkimKey'
>
type DomainWrites = Pick<DirectoryWriter, 'createDomain' | 'saveDomain' | 'removeDomain'>
type DomainRow = {
  name: string
  ownership: string
  mail_from: string | null
  version: number
  sealed: Uint8Array
}

const COLUMNS = 'name, ownership, mail_from, version, sealed'

const VERIFIED = "SELECT org, name, purpose FROM mail_domain WHERE name = ? AND ownership = 'VERIFIED'"

const place = (org: OrganizationId, name: string) => `domain:${org}:${name}`
const keyPlace = (org: OrganizationId, name: string) => `domain-key:${org}:${name}`

export function domainReads({ sql, keys }: Session): DomainReads {
  const find: DomainReads['findDomain'] = async (org, name) => {
    const key = await keys.organization(org)
    const row = await sql.get<DomainRow>(
      `SELECT ${COLUMNS} FROM mail_domain WHERE org = ? AND name = ?`,
      org,
      plainName(name),
    )
    return row && openDomain(key, org, row)
  }

  return {
    async findDomainOwner(name) {
      const row = await sql.get<{
        org: OrganizationId
        name: string
        purpose: MailDomain['use']
      }>(VERIFIED, plainName(name))
      return row && { organization: row.org, name: row.name, use: row.purpose, verified: true }
    },

    async findDomainClaims(name, limit) {
      const rows = await sql.all<{ org: OrganizationId }>(
        "SELECT org FROM mail_domain WHERE name = ? AND ownership <> 'VERIFIED' ORDER BY org LIMIT ?",
        plainName(name),
        limit,
      )
      return rows.map(({ org }) => org)
    },

    async findMailFromOwner(name) {
      const row = await sql.get<{ org: OrganizationId; name: string }>(
        "SELECT org, name FROM mail_domain WHERE mail_from = ? AND ownership = 'VERIFIED'",
        plainName(name),
      )
      return row && { organization: row.org, domain: row.name }
    },

    findDomain: find,

    async getDomain(org, name) {
      const domain = await find(org, name)
      if (!domain) throw noDomain(name)
      return domain
    },

    async listDomains(org, { after, limit }) {
      const key = await keys.organization(org)
      const size = pageSize(limit)
      const rows = await sql.all<DomainRow>(
        `SELECT ${COLUMNS} FROM mail_domain WHERE org = ? AND name > ? ORDER BY name LIMIT ?`,
        org,
        after ?? '',
        size + 1,
      )
      return pageOf(
        rows,
        size,
        (row) => row.name,
        (row) => openDomain(key, org, row),
      )
    },

    async countDomains(org) {
      await keys.organization(org)
      return (await sql.get<{ n: number }>('SELECT COUNT(*) AS n FROM mail_domain WHERE org = ?', org))!.n
    },

    async isDomainUsed(org, name) {
      await keys.organization(org)
      const row = await sql.get(
        'SELECT entry FROM directory_address WHERE org = ? AND domain = ? LIMIT 1',
        org,
        plainName(name),
      )
      return row !== undefined
    },

    async getDkimKey(org, name) {
      const key = await keys.organization(org)
      const row = await sql.get<{ name: string; sealed_key: Uint8Array }>(
        'SELECT name, sealed_key FROM mail_domain WHERE org = ? AND name = ?',
        org,
        plainName(name),
      )
      if (!row) throw noDomain(name)
      return key.openJson<DkimKey>(keyPlace(org, row.name), row.sealed_key)
    },
  }
}

export function domainWrites({ sql, keys }: Session): DomainWrites {
  /** That another organisation said first that it is theirs proves nothing, and is not told. */
  const refuseProvenElsewhere = async (org: OrganizationId, name: string) => {
    const owner = await sql.get<{ org: string }>(VERIFIED, name)
    if (owner && owner.org !== org) throw domainInUse(name)
  }

  return {
    async createDomain(org, domain, dkim) {
      const key = await keys.organization(org)
      await refuseProvenElsewhere(org, domain.name)
      const version = await nextVersion(sql, org)
      const made = await sql.run(
        `INSERT INTO mail_domain (name, org, purpose, ownership, mail_from, version, sealed, sealed_key)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (org, name) DO NOTHING`,
        domain.name,
        org,
        domain.use,
        domain.ownership,
        domain.mailFrom?.name ?? null,
        version,
        key.sealJson(place(org, domain.name), domain),
        key.sealJson(keyPlace(org, domain.name), dkim),
      )
      if (made === 0) {
        throw new Refusal(
          'domain-in-use',
          `The domain ${domain.name} is registered in this organisation already; nothing was changed.`,
        )
      }
      return { ...domain, version }
    },

    async saveDomain(org, { version: _old, ...domain }, dkim) {
      const key = await keys.organization(org)
      if (domain.ownership === 'VERIFIED') await refuseProvenElsewhere(org, domain.name)
      const version = await nextVersion(sql, org)
      const changed = await sql.run(
        'UPDATE mail_domain SET purpose = ?, ownership = ?, mail_from = ?, version = ?, sealed = ? WHERE org = ? AND name = ?',
        domain.use,
        domain.ownership,
        domain.mailFrom?.name ?? null,
        version,
        key.sealJson(place(org, domain.name), domain),
        org,
        domain.name,
      )
      if (changed === 0) throw noDomain(domain.name)
      if (dkim) {
        await sql.run(
          'UPDATE mail_domain SET sealed_key = ? WHERE org = ? AND name = ?',
          key.sealJson(keyPlace(org, domain.name), dkim),
          org,
          domain.name,
        )
      }
      return { ...domain, version }
    },

    async removeDomain(org, name) {
      await keys.organization(org)
      await nextVersion(sql, org)
      const removed = await sql.run(
        'DELETE FROM mail_domain WHERE org = ? AND name = ?',
        org,
        plainName(name),
      )
      if (removed === 0) throw noDomain(name)
    },
  }
}

function openDomain(key: DataKey, org: OrganizationId, row: DomainRow): MailDomain {
  const domain = key.openJson<Omit<MailDomain, 'version'>>(place(org, row.name), row.sealed)
  if (domain.ownership !== row.ownership || (domain.mailFrom?.name ?? null) !== row.mail_from) {
    throw new Damaged(
      `The row of the domain ${row.name} does not agree with its sealed record: it was changed outside the service.`,
      'Run "landbridge check", and restore the directory from a backup.',
    )
  }
  return { ...domain, version: row.version }
}

const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, '')

function domainInUse(name: string): Refusal {
  return new Refusal(
    'domain-in-use',
    `The domain ${name} is in use in this service already. Remove it there first, or use another domain.`,
  )
}

function noDomain(name: string): Refusal {
  return new Refusal(
    'no-such-domain',
    `The domain ${name} is not registered in this organisation. Register it first, or list the domains.`,
  )
}
