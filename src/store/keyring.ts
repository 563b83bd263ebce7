import { randomBytes } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { dataKeyBytes, type KeyProvider, type KeyRef, parseKeyRef } from '#src/domain/keys/provider.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Scope } from '#src/domain/store.ts'
import { DataKey } from './data-key.ts'
import type { Sql } from './driver/driver.ts'
import { KeyReach, type KeyReachChanged } from './key-reach.ts'
import { noSuchMailbox } from './mailbox/mailboxes.ts'
import type { Sequence } from './sequence.ts'
import type { Keys, NewMailbox, OpenMailbox } from './session.ts'

/** A plain data key lives at most this long, so that revoking an organisation key takes effect within a minute (SEC-05). */
export const KEY_LIFETIME_MS = 45_000
const MOST_CACHED = 20_000

/** The context a data key is wrapped under: it unwraps for nothing else. */
export const organizationContext = (id: string): string => `org:${id}`
export const mailboxContext = (at: { organization: string; mailbox: string }): string =>
  `org:${at.organization}/mailbox:${at.mailbox}`

export const serviceContext = (use: string): string => `service:${use}`

/** A data key that belongs to no organisation, and what it is wrapped under. */
export type ServiceKey = { keyRef: string; key: DataKey }

type Cached<T> = { until: number; value: Promise<T> }

/** Opens data keys through the providers and remembers them for a short while. */
export class Keyring implements Keys {
  readonly #sql: Sql
  readonly #providers: ReadonlyMap<string, KeyProvider>
  readonly #numbers: Sequence
  readonly #now: () => number
  readonly #organizations = new Map<string, Cached<DataKey>>()
  readonly #mailboxes = new Map<string, Cached<OpenMailbox>>()
  readonly #services = new Map<string, Cached<ServiceKey>>()
  readonly #sweep: NodeJS.Timeout
  /** Of the keys of organisations. A mailbox may lag behind a rotation by one of its own. */
  readonly reach: KeyReach

  constructor(
    sql: Sql,
    providers: readonly KeyProvider[],
    numbers: Sequence,
    now: () => number,
    reachChanged: KeyReachChanged = () => undefined,
  ) {
    this.#sql = sql
    this.#providers = new Map(providers.map((provider) => [provider.kind, provider]))
    this.#numbers = numbers
    this.#now = now
    this.reach = new KeyReach(reachChanged)
    this.#sweep = setInterval(() => this.#forgetOld(), KEY_LIFETIME_MS / 3).unref()
  }

  get kinds(): readonly string[] {
    return [...this.#providers.keys()]
  }

  provider(kind: string): KeyProvider {
    const provider = this.#providers.get(kind)
    if (provider) return provider
    throw new Refusal(
      'key-unavailable',
      `No key provider "${kind}" is configured, and a key is held by it. Configure it again (setting "keys"), or name one of: ${this.kinds.join(', ')}.`,
    )
  }

  organization(id: OrganizationId): Promise<DataKey> {
    return this.#cached(this.#organizations, id, () =>
      this.reach.noted(
        id,
        this.#withCurrent(
          async () => {
            const row = await this.#sql.get<{ key_ref: string; wrapped_key: Uint8Array | null }>(
              'SELECT key_ref, wrapped_key FROM organization WHERE id = ?',
              id,
            )
            if (!row?.wrapped_key) throw noOrganization(id)
            return { key_ref: row.key_ref, wrapped: row.wrapped_key }
          },
          async (row) => new DataKey(await this.unwrap(row.key_ref, row.wrapped, organizationContext(id))),
        ),
      ),
    )
  }

  mailbox(at: MailboxRef): Promise<OpenMailbox> {
    return this.#cached(this.#mailboxes, `${at.organization}/${at.mailbox}`, () =>
      this.#withCurrent(
        async () => {
          const row = await this.#sql.get<{ no: number; key_ref: string; wrapped_key: Uint8Array | null }>(
            'SELECT no, key_ref, wrapped_key FROM mailbox WHERE organization = ? AND id = ?',
            at.organization,
            at.mailbox,
          )
          if (!row?.wrapped_key) throw noSuchMailbox(at)
          return { no: row.no, key_ref: row.key_ref, wrapped: row.wrapped_key }
        },
        async ({ no, key_ref, wrapped }) => {
          return { no, key: new DataKey(await this.unwrap(key_ref, wrapped, mailboxContext(at))) }
        },
      ),
    )
  }

  /** The service's own key for one use. Refuses `key-unavailable`, and `damaged` where its row is gone. */
  service(use: string): Promise<ServiceKey> {
    return this.#cached(this.#services, use, () =>
      this.#withCurrent(
        async () => {
          const row = await this.#sql.get<{ key_ref: string; wrapped_key: Uint8Array }>(
            'SELECT key_ref, wrapped_key FROM service_key WHERE name = ?',
            use,
          )
          if (!row) throw noServiceKey(use)
          return row
        },
        async (row) => ({
          keyRef: row.key_ref,
          key: new DataKey(await this.unwrap(row.key_ref, row.wrapped_key, serviceContext(use))),
        }),
      ),
    )
  }

  newMailbox(): NewMailbox {
    throw new Error('A mailbox is made inside a transaction whose scope names it')
  }

  destroyed(at: MailboxRef): void {
    this.#mailboxes.delete(`${at.organization}/${at.mailbox}`)
  }

  /** The keys of one transaction, all opened before it begins; inside it nothing is asked of a provider. */
  async opened(scope: Scope): Promise<OpenedKeys> {
    const opened = new OpenedKeys(scope.organization, await this.organization(scope.organization))
    for (const mailbox of scope.mailboxes ?? []) {
      opened.mailboxes.set(mailbox, await this.mailbox({ organization: scope.organization, mailbox }))
    }
    for (const mailbox of scope.newMailboxes ?? []) {
      const fresh = await this.#createMailboxKey({ organization: scope.organization, mailbox })
      opened.created.set(mailbox, fresh)
      opened.mailboxes.set(mailbox, fresh)
    }
    return opened
  }

  /** Makes a data key and wraps it under the organisation's key. */
  async wrapNew(keyRef: string, context: string): Promise<{ key: DataKey; wrappedKey: Uint8Array }> {
    const secret = randomBytes(dataKeyBytes)
    return { key: new DataKey(secret), wrappedKey: await this.wrap(keyRef, secret, context) }
  }

  wrap(keyRef: string, secret: Uint8Array, context: string): Promise<Uint8Array> {
    return this.withProvider(keyRef, (provider, ref) => provider.wrap(ref, secret, context))
  }

  unwrap(keyRef: string, wrapped: Uint8Array, context: string): Promise<Uint8Array> {
    return this.withProvider(keyRef, (provider, ref) => provider.unwrap(ref, wrapped, context))
  }

  /** Drops what is remembered of an organisation: its key was rotated, disabled or destroyed. */
  forget(organization: OrganizationId): void {
    this.#organizations.delete(organization)
    for (const name of this.#mailboxes.keys()) {
      if (name.startsWith(`${organization}/`)) this.#mailboxes.delete(name)
    }
  }

  /** As `forget`, and asks for the key at once: that its reach has changed is noted now, not when somebody next comes. */
  async lookAgain(organization: OrganizationId): Promise<void> {
    this.forget(organization)
    await this.organization(organization).catch(() => undefined)
  }

  close(): void {
    clearInterval(this.#sweep)
    this.#organizations.clear()
    this.#mailboxes.clear()
    this.#services.clear()
  }

  async #createMailboxKey(at: MailboxRef): Promise<NewMailbox> {
    return this.#withCurrent(
      async () => {
        const row = await this.#sql.get<{ key_ref: string }>(
          'SELECT key_ref FROM organization WHERE id = ?',
          at.organization,
        )
        if (!row) throw noOrganization(at.organization)
        return row
      },
      async ({ key_ref }) => {
        const { key, wrappedKey } = await this.wrapNew(key_ref, mailboxContext(at))
        return { no: await this.#numbers.next(), key, keyRef: key_ref, wrappedKey }
      },
    )
  }

  /** A rotation that ends between the look at a row and the use of its key has switched that key off: look again. */
  async #withCurrent<R extends { key_ref: string }, T>(
    find: () => Promise<R>,
    use: (row: R) => Promise<T>,
  ): Promise<T> {
    const row = await find()
    try {
      return await use(row)
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'key-unavailable') throw error
      const now = await find()
      if (now.key_ref === row.key_ref) throw error
      return use(now)
    }
  }

  /** Refuses `key-unavailable` also for a reference that names no key there can be. */
  async withProvider<T>(keyRef: string, use: (provider: KeyProvider, ref: KeyRef) => Promise<T>): Promise<T> {
    try {
      const ref = parseKeyRef(keyRef)
      return await use(this.provider(ref.provider), ref)
    } catch (error) {
      return asRefusal(isNoKey(error) ? changedReference(keyRef, error) : error)
    }
  }

  #cached<T>(cache: Map<string, Cached<T>>, name: string, open: () => Promise<T>): Promise<T> {
    const now = this.#now()
    const present = cache.get(name)
    if (present && present.until > now) return present.value
    if (cache.size >= MOST_CACHED) {
      const oldest = cache.keys().next()
      if (!oldest.done) cache.delete(oldest.value)
    }
    const entry: Cached<T> = { until: now + KEY_LIFETIME_MS, value: open() }
    cache.set(name, entry)
    // A failure is not remembered: the key may be back with the next call.
    entry.value.catch(() => {
      if (cache.get(name) === entry) cache.delete(name)
    })
    return entry.value
  }

  #forgetOld(): void {
    const now = this.#now()
    for (const cache of [this.#organizations, this.#mailboxes, this.#services]) {
      for (const [name, entry] of cache) if (entry.until <= now) cache.delete(name)
    }
  }
}

/** The keys in the scope of one transaction. What is outside it is a mistake of the caller, save another organisation's mailbox. */
class OpenedKeys implements Keys {
  readonly #id: OrganizationId
  readonly #organization: DataKey
  readonly mailboxes = new Map<string, OpenMailbox>()
  readonly created = new Map<string, NewMailbox>()
  readonly gone: MailboxRef[] = []

  constructor(id: OrganizationId, organization: DataKey) {
    this.#id = id
    this.#organization = organization
  }

  async organization(id: OrganizationId): Promise<DataKey> {
    return id === this.#id ? this.#organization : outside(id)
  }

  async mailbox(at: MailboxRef): Promise<OpenMailbox> {
    // A caller that names another organisation's mailbox learns what one who names none learns.
    if (at.organization !== this.#id) throw noSuchMailbox(at)
    return this.mailboxes.get(at.mailbox) ?? outside(at.mailbox)
  }

  destroyed(at: MailboxRef): void {
    this.gone.push(at)
  }

  newMailbox(at: MailboxRef): NewMailbox {
    return this.created.get(at.mailbox) ?? outside(at.mailbox)
  }
}

/** The keys of the transaction that makes an organisation. */
export const keysOfNew = (id: OrganizationId, key: DataKey): Keys => new OpenedKeys(id, key)

function outside(what: string): never {
  throw new Error(`${what} is not in the scope of this transaction`)
}

/** What parsers and providers say of a reference that names no key there can be. */
const isNoKey = (error: unknown): boolean => error instanceof SyntaxFault || error instanceof RangeError

const changedReference = (keyRef: string, cause: unknown): KeyUnavailable =>
  new KeyUnavailable(
    'damaged',
    `"${keyRef}" names no key there can be: it was changed. Restore it from a backup.`,
    { cause },
  )

/** Throws a key that cannot be used as the refusal of what needs it, anything else as it is. */
export function asRefusal(error: unknown): never {
  if (error instanceof KeyUnavailable) throw new Refusal('key-unavailable', error.message, { cause: error })
  throw error
}

function noServiceKey(use: string): Refusal {
  return new Refusal(
    'damaged',
    `The service's own key for ${use} is not in the database. Restore the data from a backup.`,
  )
}

export function noOrganization(id: string): Refusal {
  return new Refusal(
    'no-such-organization',
    `There is no organisation ${id}. "landbridge org list" shows those there are.`,
  )
}
