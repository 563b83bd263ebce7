import type { OrganizationId } from '#src/base/ids.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseKeyRef } from '#src/domain/keys/provider.ts'
import type { Sql } from './driver/driver.ts'
import { type Keyring, noOrganization } from './keyring.ts'

/**
 * References of the key versions that something of an organisation is wrapped under, its own first. More than one
 * while a rotation is under way, or after one that was interrupted. Refuses `no-such-organization`.
 */
export async function versionsInUse(sql: Sql, id: OrganizationId): Promise<[current: string, ...string[]]> {
  const row = await sql.get<{ key_ref: string }>('SELECT key_ref FROM organization WHERE id = ?', id)
  if (!row) throw noOrganization(id)
  const versions: [string, ...string[]] = [row.key_ref]
  // From one version to the next through the index: a DISTINCT would look at every mailbox.
  for (let after = ''; ; ) {
    const next = await sql.get<{ key_ref: string }>(
      `SELECT key_ref FROM mailbox WHERE organization = ? AND key_ref > ? AND wrapped_key IS NOT NULL
      ORDER BY key_ref LIMIT 1`,
      id,
      after,
    )
    if (!next) return versions
    if (next.key_ref !== row.key_ref) versions.push(next.key_ref)
    after = next.key_ref
  }
}

/** The providers that hold these versions; of a reference that names no key there can be, whichever are configured. */
export function providersOf(versions: readonly string[], keys: Keyring): ReadonlySet<string> {
  return new Set(
    versions.flatMap((text) => {
      try {
        return parseKeyRef(text).provider
      } catch (error) {
        if (error instanceof SyntaxFault) return keys.kinds
        throw error
      }
    }),
  )
}
