import type { OrganizationId } from '#src/base/ids.ts'
import { DEFAULT_SETTINGS, type DirectorySettings } from '#src/domain/directory/settings.ts'
import type { DirectoryReader, DirectoryWriter } from '#src/domain/directory/store.ts'
import type { Session } from '../session.ts'
import { nextVersion } from './version.ts'

const place = (org: OrganizationId) => `directory-settings:${org}`

export function settingsReads({ sql, keys }: Session): Pick<DirectoryReader, 'settings'> {
  return {
    async settings(org) {
      const key = await keys.organization(org)
      const row = await sql.get<{ sealed: Uint8Array | null }>(
        'SELECT sealed FROM directory_state WHERE org = ?',
        org,
      )
      if (!row?.sealed) return DEFAULT_SETTINGS
      return { ...DEFAULT_SETTINGS, ...key.openJson<Partial<DirectorySettings>>(place(org), row.sealed) }
    },
  }
}

export function settingsWrites({ sql, keys }: Session): Pick<DirectoryWriter, 'putSettings'> {
  return {
    async putSettings(org, settings) {
      const key = await keys.organization(org)
      await nextVersion(sql, org)
      await sql.run(
        'UPDATE directory_state SET default_domain = ?, sealed = ? WHERE org = ?',
        settings.defaultDomain,
        key.sealJson(place(org), settings),
        org,
      )
    },
  }
}
