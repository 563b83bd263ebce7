import { newOrganizationId, type OrganizationId } from '#src/base/ids.ts'
import { formatKeyRef } from '#src/domain/keys/provider.ts'
import type { Page } from '#src/domain/mailbox/store.ts'
import type {
  Organization,
  OrganizationSettings,
  OrganizationState,
  OrganizationStore,
  OrganizationSummary,
} from '#src/domain/organization/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { DataKey } from './data-key.ts'
import { destroyKeysOf, noteKeysToDestroy } from './destroyed-keys.ts'
import { directoryWriter } from './directory/writer.ts'
import type { Driver, Sql } from './driver/driver.ts'
import { providersOf, versionsInUse } from './key-versions.ts'
import { asRefusal, type Keyring, keysOfNew, noOrganization, organizationContext } from './keyring.ts'
import { organizationKeys } from './organization-keys.ts'

const defaults: OrganizationSettings = {
  defaultQuotaBytes: 50 * 1024 ** 3,
  interoperability: false,
  dmarcEnforced: true,
  personalAccessTokens: 'ACTIVE',
  personalAccessTokenDays: 365,
  availabilityAccounts: [],
  impersonationAccounts: [],
  impersonationRoles: [],
  tags: {},
}

type OrganizationRow = {
  id: string
  alias: string
  state: string
  key_ref: string
  created_at: number
  sealed: Uint8Array
}

type SummaryRow = Omit<OrganizationRow, 'sealed'> & { default_domain: string | null }

const SUMMARY = `SELECT o.id, o.alias, o.state, o.key_ref, o.created_at, d.default_domain
  FROM organization o LEFT JOIN directory_state d ON d.org = o.id`

const sealedAt = (id: string): string => `organization:${id}`

/** Organisations and their keys. `defaultProvider` holds the keys of those that name none. */
export function organizationStore(
  driver: Driver,
  keys: Keyring,
  defaultProvider: string,
  now: () => number,
): OrganizationStore {
  const { alone, ...keysOf } = organizationKeys(driver, keys)
  const opened = new WeakMap<OrganizationRow, { key: DataKey; settings: OrganizationSettings }>()
  const open = async (row: OrganizationRow): Promise<Organization> => {
    const key = await keys.organization(row.id as OrganizationId)
    // Of a row that stays: it cannot be changed, and is read with each message.
    const known = opened.get(row)
    if (known?.key === key) return { ...named(row), settings: known.settings }
    const settings = { ...defaults, ...key.openJson<OrganizationSettings>(sealedAt(row.id), row.sealed) }
    if (Object.isFrozen(row)) opened.set(row, { key, settings: Object.freeze(settings) })
    return { ...named(row), settings }
  }
  const getRow = async (sql: Sql, id: OrganizationId): Promise<OrganizationRow> => {
    const row = await sql.get<OrganizationRow>(
      'SELECT id, alias, state, key_ref, created_at, sealed FROM organization WHERE id = ?',
      id,
    )
    if (!row) throw noOrganization(id)
    return row
  }

  return {
    async create({ alias, keyProvider, settings }, furnish) {
      const id = newOrganizationId()
      const taken = () =>
        new Refusal(
          'name-taken',
          `An organisation with the alias "${alias}" is there already. Choose another alias.`,
        )
      if (await driver.read.get('SELECT id FROM organization WHERE alias = ?', alias)) throw taken()
      const provider = keys.provider(keyProvider ?? defaultProvider)
      const ref = await provider.create(id).catch(asRefusal)
      const keyRef = formatKeyRef(ref)
      const whole: OrganizationSettings = { ...defaults, ...settings }
      const row = { id, alias, state: 'Active', key_ref: keyRef, created_at: now() }
      try {
        const { key, wrappedKey } = await keys.wrapNew(keyRef, organizationContext(id))
        await driver.transact(async (sql) => {
          const inserted = await sql.run(
            `INSERT INTO organization (id, alias, state, key_ref, wrapped_key, created_at, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (alias) DO NOTHING`,
            id,
            alias,
            row.state,
            keyRef,
            wrappedKey,
            row.created_at,
            key.sealJson(sealedAt(id), whole),
          )
          if (inserted === 0) throw taken()
          await furnish?.(directoryWriter({ sql, keys: keysOfNew(id, key) }), id)
        })
      } catch (error) {
        await provider.destroy(ref)
        throw error
      }
      return { ...named(row), settings: whole }
    },

    get: async (id) => open(await getRow(driver.read, id)),

    async find(by) {
      const row =
        'id' in by
          ? await driver.read.get<SummaryRow>(`${SUMMARY} WHERE o.id = ?`, by.id)
          : await driver.read.get<SummaryRow>(`${SUMMARY} WHERE o.alias = ?`, by.alias)
      return row && summed(row)
    },

    async list(after, limit): Promise<Page<OrganizationSummary, string>> {
      const rows = await driver.read.all<SummaryRow>(
        `${SUMMARY} WHERE o.alias > ? ORDER BY o.alias LIMIT ?`,
        after ?? '',
        limit,
      )
      return { rows: rows.map(summed), next: rows.length < limit ? null : rows.at(-1)!.alias }
    },

    async changeSettings(id, change) {
      const key = await keys.organization(id)
      return driver.transact(async (sql) => {
        const row = await getRow(sql, id)
        const before = {
          ...defaults,
          ...key.openJson<OrganizationSettings>(sealedAt(id), row.sealed),
        }
        const settings = { ...before, ...(typeof change === 'function' ? change(before) : change) }
        await sql.run(
          'UPDATE organization SET sealed = ? WHERE id = ?',
          key.sealJson(sealedAt(id), settings),
          id,
        )
        return { ...named(row), settings }
      })
    },

    async setState(id, state) {
      await driver.transact(async (sql) => {
        await getRow(sql, id)
        await sql.run('UPDATE organization SET state = ? WHERE id = ?', state, id)
      })
    },

    destroy: (id) =>
      alone(id, 'destroyed', async () => {
        const providers = providersOf(await versionsInUse(driver.read, id), keys)
        // The wrapped keys go first and durably: from then on nothing of it can be read, whatever happens next.
        await driver.transact(async (sql) => {
          await sql.run(
            "UPDATE mailbox SET wrapped_key = NULL, state = 'destroyed' WHERE organization = ?",
            id,
          )
          // Its domains and access keys go at once; everything else of it goes in the background.
          await sql.run('DELETE FROM mail_domain WHERE org = ?', id)
          await sql.run('DELETE FROM access_key WHERE organization = ?', id)
          await sql.run('DELETE FROM organization WHERE id = ?', id)
          await noteKeysToDestroy(sql, id, providers)
        })
        await keys.lookAgain(id)
        await destroyKeysOf({ driver, keys }, id).catch(laterInBackground)
      }),

    ...keysOf,
  }
}

const named = (row: Omit<OrganizationRow, 'sealed'>): Omit<Organization, 'settings'> => ({
  id: row.id as OrganizationId,
  alias: row.alias,
  state: row.state as OrganizationState,
  createdAt: row.created_at,
  keyRef: row.key_ref,
})

const summed = (row: SummaryRow): OrganizationSummary => ({
  ...named(row),
  defaultDomain: row.default_domain,
})

/** A provider that is away does not hold up the rest: tidying the store tries again until its keys are gone. */
function laterInBackground(error: unknown): void {
  if (!(error instanceof Refusal)) throw error
}
