import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { ACCESS_KEYS, type AccessKeyRow, openAccessKey } from '../access-keys.ts'
import type { Keyring, ServiceKey } from '../keyring.ts'
import { type CheckRun, PAGE, paged } from './check-run.ts'
import { foreignKey, fromBackup, tellUs, tryOpen, whatOf } from './findings.ts'

/**
 * Every access key opens for the organisation that its row names, which is there. Without the key they are sealed
 * under, only the last; the store then works, and says what is missing when somebody signs with one.
 */
export async function checkAccessKeys(run: CheckRun, keys: Keyring): Promise<void> {
  const { sql, findings } = run
  let service: ServiceKey | undefined
  let asked = false
  const rows = paged<AccessKeyRow & { known: string | null }>((last) =>
    sql.all(
      `SELECT access_key.id, access_key.organization, access_key.created_at, access_key.sealed, organization.id AS known
      FROM access_key LEFT JOIN organization ON organization.id = access_key.organization
      WHERE access_key.id > ? ORDER BY access_key.id LIMIT ${PAGE}`,
      last?.id ?? '',
    ),
  )
  for await (const row of rows) {
    const where = `access key ${row.id}`
    if (row.organization !== null && row.known === null)
      findings.add(where, 'Its organisation is not there.', tellUs)
    if (!asked) service = await serviceKey(run, keys)
    asked = true
    if (service) tryOpen(findings, where, () => openAccessKey(service!.key, row))
  }
}

async function serviceKey({ findings }: CheckRun, keys: Keyring): Promise<ServiceKey | undefined> {
  try {
    return await keys.service(ACCESS_KEYS)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const trouble = error.cause instanceof KeyUnavailable ? error.cause.reason : undefined
    const where = 'key of the access keys'
    if (trouble === 'unusable') findings.add(where, error.message, 'Until then no access key can be used.')
    else if (trouble === 'damaged') findings.add(where, foreignKey, fromBackup)
    else if (error.reason === 'damaged') findings.add(where, whatOf(error), fromBackup)
    else if (error.reason !== 'key-unavailable') throw error
    return undefined
  }
}
