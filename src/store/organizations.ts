import { newOrganizationId, type OrganizationId } from '#src/base/ids.ts'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { formatKeyRef, parseKeyRef } from '#src/domain/keys/provider.ts'
import type { Page } from '#src/domain/mailbox/store.ts'
import type {
  Organization,
  OrganizationSettings,
  OrganizationState,
  OrganizationStore,
  Report,
} from '#src/domain/organization/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Driver, Sql } from './driver/driver.ts'
import { type Keyring, organizationContext } from './keyring.ts'

const REWRAP_PAGE = 100

const defaults: OrganizationSettings = {
  defaultQuotaBytes: 50 * 1024 ** 3,
  interoperability: false,
  dmarcEnforced: true,
  personalAccessTokens: 'ACTIVE',
  personalAccessTokenDays: 365,
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

const sealedAt = (id: string): string => `organization:${id}`

/** Organisations and their keys. `defaultProvider` holds the keys of those that name none. */
export function organizationStore(
  driver: Driver,
  keys: Keyring,
  defaultProvider: string,
  now: () => number,
): OrganizationStore {
  const open = async (row: OrganizationRow): Promise<Organization> => {
    const key = await keys.organization(row.id as OrganizationId)
    const settings = key.openJson<OrganizationSettings>(sealedAt(row.id), row.sealed)
    return { ...named(row), settings: { ...defaults, ...settings } }
  }
  const getRow = async (sql: Sql, id: OrganizationId): Promise<OrganizationRow> => {
    const row = await sql.get<OrganizationRow>(
      'SELECT id, alias, state, key_ref, created_at, sealed FROM organization WHERE id = ?',
      id,
    )
    if (!row)
      throw new Refusal(
        'no-such-organization',
        `There is no organisation ${id}. "landbridge org list" shows those there are.`,
      )
    return row
  }

  return {
    async create({ alias, keyProvider, settings }) {
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
      const { key, wrappedKey } = await keys.wrapNew(keyRef, organizationContext(id))
      const whole: OrganizationSettings = { ...defaults, ...settings }
      const row = { id, alias, state: 'Active', key_ref: keyRef, created_at: now() }
      try {
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
        })
      } catch (error) {
        await provider.destroy(ref)
        throw error
      }
      return { ...named(row), settings: whole }
    },

    get: async (id) => open(await getRow(driver.read, id)),

    async find(alias) {
      const row = await driver.read.get<OrganizationRow>(
        'SELECT id, alias, state, key_ref, created_at, sealed FROM organization WHERE alias = ?',
        alias,
      )
      return row && open(row)
    },

    async list(after, limit): Promise<Page<Omit<Organization, 'settings'>, string>> {
      const rows = await driver.read.all<Omit<OrganizationRow, 'sealed'>>(
        'SELECT id, alias, state, key_ref, created_at FROM organization WHERE alias > ? ORDER BY alias LIMIT ?',
        after ?? '',
        limit,
      )
      return { rows: rows.map(named), next: rows.length < limit ? null : rows.at(-1)!.alias }
    },

    async changeSettings(id, change) {
      const key = await keys.organization(id)
      return driver.transact(async (sql) => {
        const row = await getRow(sql, id)
        const settings = {
          ...defaults,
          ...key.openJson<OrganizationSettings>(sealedAt(id), row.sealed),
          ...change,
        }
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

    async destroy(id) {
      const { key_ref } = await getRow(driver.read, id)
      const ref = parseKeyRef(key_ref)
      // The wrapped keys go first and durably: from then on nothing of it can be read, whatever happens next.
      await driver.transact(async (sql) => {
        await sql.run("UPDATE mailbox SET wrapped_key = NULL, state = 'destroyed' WHERE organization = ?", id)
        // Its domains are free at once; everything else of it goes in the background.
        await sql.run('DELETE FROM mail_domain WHERE org = ?', id)
        await sql.run('DELETE FROM organization WHERE id = ?', id)
      })
      keys.forget(id)
      await keys.provider(ref.provider).destroy(ref).catch(asRefusal)
    },

    async keyState(id) {
      const ref = parseKeyRef((await getRow(driver.read, id)).key_ref)
      try {
        return await keys.provider(ref.provider).state(ref)
      } catch (error) {
        if (error instanceof KeyUnavailable || error instanceof Refusal) return 'unreachable'
        throw error
      }
    },

    rotateKey: (id, report, signal) => rotate(driver, keys, getRow, id, report, signal),

    async disableKey(id) {
      const ref = parseKeyRef((await getRow(driver.read, id)).key_ref)
      await keys.provider(ref.provider).disable(ref).catch(asRefusal)
      keys.forget(id)
    },

    async enableKey(id) {
      const ref = parseKeyRef((await getRow(driver.read, id)).key_ref)
      await keys.provider(ref.provider).enable(ref).catch(asRefusal)
      keys.forget(id)
    },
  }
}

/**
 * The organisation's own data key moves to a new key version first: it is what new mailboxes follow. Then each
 * mailbox key moves. A stop in between leaves mailboxes under the old version, which stays until none needs it;
 * running again goes on with those.
 */
async function rotate(
  driver: Driver,
  keys: Keyring,
  getRow: (sql: Sql, id: OrganizationId) => Promise<OrganizationRow>,
  id: OrganizationId,
  report?: Report,
  signal?: AbortSignal,
): Promise<void> {
  const before = await getRow(driver.read, id)
  const behind = await countBehind(driver.read, id, before.key_ref)
  // Mailboxes under another version are what an interrupted rotation left: that one is finished, no new one begun.
  const keyRef = behind > 0 ? before.key_ref : await moveOrganizationKey(driver, keys, id, before.key_ref)
  const total = await countBehind(driver.read, id, keyRef)
  const old = new Set<string>()
  for (let done = 0; ; ) {
    signal?.throwIfAborted()
    const rows = await driver.read.all<{ id: string; no: number; key_ref: string; wrapped_key: Uint8Array }>(
      'SELECT id, no, key_ref, wrapped_key FROM mailbox WHERE organization = ? AND key_ref <> ? AND wrapped_key IS NOT NULL LIMIT ?',
      id,
      keyRef,
      REWRAP_PAGE,
    )
    if (rows.length === 0) break
    const wrapped = await Promise.all(
      rows.map(async (row) => {
        const context = `${organizationContext(id)}/mailbox:${row.id}`
        const secret = await keys.unwrap(row.key_ref, row.wrapped_key, context)
        return { no: row.no, wrappedKey: await keys.wrap(keyRef, secret, context) }
      }),
    )
    await driver.transact(async (sql) => {
      for (const { no, wrappedKey } of wrapped) {
        await sql.run(
          'UPDATE mailbox SET key_ref = ?, wrapped_key = ? WHERE no = ? AND wrapped_key IS NOT NULL',
          keyRef,
          wrappedKey,
          no,
        )
      }
    })
    for (const row of rows) old.add(row.key_ref)
    done += rows.length
    report?.({ what: 'Wrapping mailbox keys anew', done, total })
  }
  old.add(before.key_ref)
  old.delete(keyRef)
  keys.forget(id)
  // Switched off, not destroyed: backups from before can be read only with it.
  for (const text of old) {
    const ref = parseKeyRef(text)
    await keys.provider(ref.provider).disable(ref).catch(asRefusal)
  }
}

async function moveOrganizationKey(
  driver: Driver,
  keys: Keyring,
  id: OrganizationId,
  from: string,
): Promise<string> {
  const provider = keys.provider(parseKeyRef(from).provider)
  const keyRef = formatKeyRef(await provider.create(id).catch(asRefusal))
  const row = await driver.read.get<{ wrapped_key: Uint8Array }>(
    'SELECT wrapped_key FROM organization WHERE id = ?',
    id,
  )
  const secret = await keys.unwrap(from, row!.wrapped_key, organizationContext(id))
  const wrappedKey = await keys.wrap(keyRef, secret, organizationContext(id))
  await driver.transact((sql) =>
    sql.run(
      'UPDATE organization SET key_ref = ?, wrapped_key = ? WHERE id = ? AND key_ref = ?',
      keyRef,
      wrappedKey,
      id,
      from,
    ),
  )
  return keyRef
}

async function countBehind(sql: Sql, id: OrganizationId, keyRef: string): Promise<number> {
  const row = await sql.get<{ behind: number }>(
    'SELECT COUNT(*) AS behind FROM mailbox WHERE organization = ? AND key_ref <> ? AND wrapped_key IS NOT NULL',
    id,
    keyRef,
  )
  return row!.behind
}

const named = (row: Omit<OrganizationRow, 'sealed'>): Omit<Organization, 'settings'> => ({
  id: row.id as OrganizationId,
  alias: row.alias,
  state: row.state as OrganizationState,
  createdAt: row.created_at,
  keyRef: row.key_ref,
})

function asRefusal(error: unknown): never {
  if (error instanceof KeyUnavailable) throw new Refusal('key-unavailable', error.message, { cause: error })
  throw error
}
