import { chmod, mkdir } from 'node:fs/promises'
import type { DeliveryWriter } from '#src/domain/delivery/store.ts'
import type { TraceEvent } from '#src/domain/delivery/trace.ts'
import type { DirectoryWriter } from '#src/domain/directory/store.ts'
import { applyDifference } from '#src/domain/directory-sync/apply.ts'
import type { SyncStore, SyncTransact, SyncWriter } from '#src/domain/directory-sync/store.ts'
import type { KeyProvider } from '#src/domain/keys/provider.ts'
import type { MailboxRef, MailboxWriter } from '#src/domain/mailbox/store.ts'
import type { MigrationWriter } from '#src/domain/migration/store.ts'
import type { Report } from '#src/domain/organization/store.ts'
import type { Scope, Store, Writer } from '#src/domain/store.ts'
import { accessKeyStore } from './access-keys.ts'
import { administrationMemory } from './administration.ts'
import { Bodies } from './bodies/bodies.ts'
import { Segments } from './bodies/segments.ts'
import { deliveryQueue } from './delivery/queue.ts'
import { QueueWatchers, TraceWatchers } from './delivery/queue-watchers.ts'
import { deliveryReader } from './delivery/reader.ts'
import { TraceNumbers } from './delivery/trace.ts'
import { deliveryWriter } from './delivery/writer.ts'
import { DIRECTORY_TABLES, directoryReader } from './directory/reader.ts'
import { directoryWriter } from './directory/writer.ts'
import { AtOnce, ChangedAtOnce } from './directory-sync/at-once.ts'
import { beginSync } from './directory-sync/begin.ts'
import { syncReader } from './directory-sync/reads.ts'
import { syncWriter } from './directory-sync/writes.ts'
import { openSqlite, sqliteDialect } from './driver/sqlite.ts'
import type { KeyReachChanged } from './key-reach.ts'
import { Keyring } from './keyring.ts'
import { databaseFile, segmentFolder } from './layout.ts'
import { mailboxReader } from './mailbox/reader.ts'
import { mailboxWriter } from './mailbox/writer.ts'
import { maintenance } from './maintenance/maintenance.ts'
import { migrate } from './migrate.ts'
import { MigrationWatchers, migrationStore, migrationWriter } from './migration/migration.ts'
import { migrations } from './migrations/index.ts'
import { organizationStore } from './organizations.ts'
import { policyMemory } from './policy-memory.ts'
import { probeStore } from './probe.ts'
import { Sequence } from './sequence.ts'
import type { Session } from './session.ts'
import { Watchers } from './watchers.ts'

type StoreOptions = {
  /** Data folder; made when it is not there. Everything but the keys lies below it. */
  folder: string
  keyProviders: readonly KeyProvider[]
  /** Kind of the provider that holds the keys of organisations that name none. */
  defaultKeyProvider: string
  now?: () => number
  /** Told of trouble that the store gets over by itself. */
  trouble?: (message: string) => void
  keyReachChanged?: KeyReachChanged
  /** Told how far data of an older version is, while it is brought into the form of this one. */
  report?: Report
  /** Ends that; the next opening goes on with it. */
  signal?: AbortSignal | undefined
}

/**
 * Opens the embedded store: SQLite for rows, segment files for large bodies. One process at a time: the caller
 * holds the data folder's lock. Refuses `wrong-state` for data of a newer program.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { folder, now = Date.now, trouble = () => undefined } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const driver = await openSqlite(databaseFile(folder), trouble)
  await chmod(databaseFile(folder), 0o600)
  try {
    const { report, signal } = options
    await migrate(driver, sqliteDialect, migrations, { file: databaseFile(folder), report, signal })
  } catch (error) {
    await driver.close()
    throw error
  }
  const numbers = new Sequence(driver, 'store')
  const segments = await Segments.open(segmentFolder(folder))
  const keys = new Keyring(driver.read, options.keyProviders, numbers, now, options.keyReachChanged)
  const bodies = new Bodies(numbers, segments)
  const watchers = new Watchers(trouble)
  const queueWatchers = new QueueWatchers()
  const traceWatchers = new TraceWatchers()
  const migrationWatchers = new MigrationWatchers()
  const traceNumbers = new TraceNumbers()
  const session: Session = { sql: driver.read, keys }
  const care = maintenance({ folder, driver, dialect: sqliteDialect, keys, bodies, segments, now, trouble })

  const atOnce = new AtOnce(
    {
      apart: (organization, work) => driver.apart(DIRECTORY_TABLES, organization, work),
      readerOf: (sql) => directoryReader({ sql, keys }),
      finish: (organization) => applyDifference(directorySync, organization, { now }),
    },
    await beginSync(driver),
  )
  const directorySync: SyncStore = {
    ...syncReader(session),
    atOnce(organization, work) {
      const inside: SyncTransact = (write) =>
        transact(
          // Begun again after a crash, from where it was.
          { organization, mayBeLost: true },
          (writer) => write({ directory: writer.directory, sync: writer.directorySync }),
          {
            isAtOnce: true,
          },
        )
      return atOnce.run(organization, () => work(inside, () => driver.isAwaited))
    },
    finishBegun: (organization) => atOnce.finished(organization),
  }

  async function transact<T>(
    scope: Scope,
    work: (writer: Writer) => Promise<T>,
    { isAtOnce = false } = {},
  ): Promise<T> {
    for (;;) {
      const opened = await keys.opened(scope)
      const result = await driver
        .transact(async (sql) => {
          for (const { keyRef } of opened.created.values()) {
            const row = await sql.get(
              'SELECT id FROM organization WHERE id = ? AND key_ref = ?',
              scope.organization,
              keyRef,
            )
            // The organisation's key was rotated in between: the new mailbox's key must follow it.
            if (!row) return { again: 'keys' as const }
          }
          const inside: Session = { sql, keys: opened }
          const mayChange = () => isAtOnce || !atOnce.isUnder(scope.organization)
          const writer = new TransactionWriter(inside, { bodies, traceNumbers, now }, mayChange)
          const value = await work(writer)
          return {
            again: undefined,
            value,
            queued: writer.queued,
            traced: writer.traced,
            migrated: writer.migrated,
          }
        }, scope)
        .catch((error: unknown) => {
          if (error instanceof ChangedAtOnce) return { again: 'directory' as const }
          throw error
        })
      if (result.again === 'directory') {
        await atOnce.settled(scope.organization)
        continue
      }
      if (result.again === 'keys') {
        keys.forget(scope.organization)
        continue
      }
      for (const at of opened.gone) keys.destroyed(at)
      watchers.changed(scope.organization, scope.mailboxes ?? [])
      if (result.queued) queueWatchers.queued()
      if (result.migrated) migrationWatchers.changed()
      traceWatchers.traced(result.traced)
      return result.value
    }
  }

  let closing: Promise<void> | undefined

  return {
    now: () => now(),
    organizations: organizationStore(driver, keys, options.defaultKeyProvider, now),
    accessKeys: accessKeyStore(driver, keys, options.defaultKeyProvider, now),
    maintenance: care,
    administration: administrationMemory(driver),
    policies: policyMemory(driver),
    mailboxes: mailboxReader(session, bodies),
    directory: atOnce.guard(directoryReader(session)),
    directorySync,
    delivery: deliveryReader(session),
    queue: deliveryQueue({ driver, keys, numbers, watchers: queueWatchers, traces: traceWatchers }),

    migration: migrationStore(session, driver, migrationWatchers),

    transact: (scope, work) => transact(scope, work),

    stageBody: (at, sizeBytes, source, sealed) => bodies.stage(keys, at, sizeBytes, source, sealed),

    watch: (at: MailboxRef, changed: () => void) => watchers.add(at, changed),

    probe: () => probeStore(driver, folder),

    close() {
      closing ??= (async () => {
        await care.stop()
        await driver.close()
        await segments.close()
        keys.close()
      })()
      return closing
    },
  }
}

type WriterParts = { bodies: Bodies; traceNumbers: TraceNumbers; now: () => number }

/** Most transactions use one of the writers: the others are never made. */
class TransactionWriter implements Writer {
  readonly #session: Session
  readonly #parts: WriterParts
  /** Whether the directory may be written now. */
  readonly #mayChange: () => boolean
  #mailboxes: MailboxWriter | undefined
  #directory: DirectoryWriter | undefined
  #directorySync: SyncWriter | undefined
  #delivery: DeliveryWriter | undefined
  #migration: MigrationWriter | undefined
  /** Whether it put something into the queue, or made something there due. */
  queued = false
  /** Whether something of a migration project changed. */
  migrated = false
  /** What it wrote into the trace. */
  readonly traced: TraceEvent[] = []

  constructor(session: Session, parts: WriterParts, mayChange: () => boolean) {
    this.#mayChange = mayChange
    this.#session = session
    this.#parts = parts
  }

  get mailboxes(): MailboxWriter {
    this.#mailboxes ??= mailboxWriter(this.#session, this.#parts.bodies, this.#parts.now)
    return this.#mailboxes
  }

  get directory(): DirectoryWriter {
    if (!this.#mayChange()) throw new ChangedAtOnce()
    this.#directory ??= directoryWriter(this.#session)
    return this.#directory
  }

  get directorySync(): SyncWriter {
    this.#directorySync ??= syncWriter(this.#session)
    return this.#directorySync
  }

  get delivery(): DeliveryWriter {
    const { bodies, traceNumbers } = this.#parts
    this.#delivery ??= deliveryWriter(this.#session, bodies, traceNumbers, {
      queued: () => {
        this.queued = true
      },
      traced: (events) => void this.traced.push(...events),
    })
    return this.#delivery
  }

  get migration(): MigrationWriter {
    this.#migration ??= migrationWriter(this.#session, () => {
      this.migrated = true
    })
    return this.#migration
  }
}
