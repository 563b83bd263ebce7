import { randomBytes, randomInt } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import type { AccessKey, AccessKeys } from '#src/domain/keys/access-keys.ts'
import type { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { formatKeyRef } from '#src/domain/keys/provider.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { DataKey } from './data-key.ts'
import type { Driver, Sql } from './driver/driver.ts'
import { asRefusal, type Keyring, noOrganization, type ServiceKey, serviceContext } from './keyring.ts'

/** The use of the service key that access keys are sealed under. */
export const ACCESS_KEYS = 'access-keys'
const MOST = 1_000
/** Whose key it is, in the names that key providers give. */
const OWNER = 'service'
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export type AccessKeyRow = {
  id: string
  organization: OrganizationId | null
  created_at: number
  sealed: Uint8Array
}
type Sealed = { secret: string; description: string }

/**
 * Access keys in the database. A signature cannot be verified with a hash, so secrets are sealed, under a data key of
 * the service. That is made with the first access key; `defaultProvider` holds what wraps it.
 */
export function accessKeyStore(
  driver: Driver,
  keys: Keyring,
  defaultProvider: string,
  now: () => number,
): AccessKeys {
  return {
    async create({ organization, description }) {
      const secret = randomBytes(30).toString('base64')
      const key: AccessKey = { id: newId(), organization, description, createdAt: now() }
      const service = await serviceKey(driver, keys, defaultProvider)
      await driver.transact(async (sql) => {
        const current = await sql.get<{ key_ref: string }>(
          'SELECT key_ref FROM service_key WHERE name = ?',
          ACCESS_KEYS,
        )
        if (current?.key_ref !== service.keyRef) throw madeAnew()
        if (organization !== null) {
          const known = await sql.get('SELECT id FROM organization WHERE id = ?', organization)
          if (!known) throw noOrganization(organization)
        }
        if ((await countOf(sql)) >= MOST) throw tooMany()
        await sql.run(
          'INSERT INTO access_key (id, organization, created_at, sealed) VALUES (?, ?, ?, ?)',
          key.id,
          organization,
          key.createdAt,
          service.key.sealJson(placeOf(key), { secret, description } satisfies Sealed),
        )
      })
      return { key, secret }
    },

    async list() {
      const rows = await driver.read.all<AccessKeyRow>(
        `SELECT id, organization, created_at, sealed FROM access_key ORDER BY created_at, id LIMIT ${MOST}`,
      )
      if (rows.length === 0) return []
      const service = await keys.service(ACCESS_KEYS).catch(orOutOfReach)
      return rows.map((row) =>
        service ? openAccessKey(service.key, row).key : { ...keyOf(row), description: null },
      )
    },

    async delete(id) {
      const deleted = await driver.transact((sql) => sql.run('DELETE FROM access_key WHERE id = ?', id))
      if (deleted > 0) return
      throw new Refusal(
        'no-such-key',
        `There is no access key ${id}. "landbridge key list-access" shows those there are.`,
      )
    },

    async find(id) {
      const row = await driver.read.get<AccessKeyRow>(
        'SELECT id, organization, created_at, sealed FROM access_key WHERE id = ?',
        id,
      )
      return row && openAccessKey((await keys.service(ACCESS_KEYS)).key, row)
    },
  }
}

/** Refuses `damaged` for a row that was changed: one made for an organisation does not open as one for all. */
export function openAccessKey(service: DataKey, row: AccessKeyRow): { key: AccessKey; secret: string } {
  const { secret, description } = service.openJson<Sealed>(placeOf(row), row.sealed)
  return { key: { ...keyOf(row), description }, secret }
}

/** Makes the key when there is none, or when the one there was is gone for ever and nothing is sealed under it. */
async function serviceKey(driver: Driver, keys: Keyring, defaultProvider: string): Promise<ServiceKey> {
  const present = await driver.read.get<{ key_ref: string }>(
    'SELECT key_ref FROM service_key WHERE name = ?',
    ACCESS_KEYS,
  )
  if (present) {
    try {
      return await keys.service(ACCESS_KEYS)
    } catch (error) {
      const missing =
        error instanceof Refusal && (error.cause as KeyUnavailable | undefined)?.reason === 'missing'
      if (!missing || (await countOf(driver.read)) > 0) throw error
    }
  }
  const provider = keys.provider(defaultProvider)
  const ref = await provider.create(OWNER).catch(asRefusal)
  const keyRef = formatKeyRef(ref)
  let made = 0
  try {
    const { wrappedKey } = await keys.wrapNew(keyRef, serviceContext(ACCESS_KEYS))
    made = await driver.transact((sql) =>
      sql.run(
        `INSERT INTO service_key (name, key_ref, wrapped_key) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET key_ref = excluded.key_ref, wrapped_key = excluded.wrapped_key
        WHERE service_key.key_ref = ? AND NOT EXISTS (SELECT id FROM access_key)`,
        ACCESS_KEYS,
        keyRef,
        wrappedKey,
        present?.key_ref ?? '',
      ),
    )
  } finally {
    // Somebody else's came first, or none came at all: nothing is sealed under ours.
    if (made === 0) await provider.destroy(ref).catch(() => undefined)
  }
  return keys.service(ACCESS_KEYS)
}

async function countOf(sql: Sql): Promise<number> {
  return (await sql.get<{ n: number }>('SELECT COUNT(*) AS n FROM access_key'))!.n
}

const newId = () => `LBAK${Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('')}`

const placeOf = ({ id, organization }: { id: string; organization: string | null }): string =>
  `access-key:${id}:${organization ?? ''}`

const keyOf = (row: AccessKeyRow): Omit<AccessKey, 'description'> => ({
  id: row.id,
  organization: row.organization,
  createdAt: row.created_at,
})

function orOutOfReach(error: unknown): undefined {
  if (!(error instanceof Refusal) || error.reason !== 'key-unavailable') throw error
}

const madeAnew = (): Refusal =>
  new Refusal('try-later', 'The key that access keys are sealed under was just made anew. Try again.')

const tooMany = (): Refusal =>
  new Refusal('limit-exceeded', `There are ${MOST} access keys already. Delete those nobody uses any more.`)
