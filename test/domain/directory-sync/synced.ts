/** A store with an organisation that reads its address book from a directory in memory. */
import { randomUUID } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import type { RunReport } from '#src/domain/directory-sync/report.ts'
import { type SyncDeps, type SyncOptions, syncDirectory } from '#src/domain/directory-sync/run.ts'
import type { Store } from '#src/domain/store.ts'
import { MemoryDirectory } from '#test/support/memory-directory.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

export type Synced = {
  temporary: TemporaryStore
  directory: MemoryDirectory
  organization: OrganizationId
  deps: SyncDeps
  /** `elapsed` is the process's own clock unless a test says otherwise. */
  clock: { now: number; elapsed: () => number }
  readonly store: Store
  sync(options?: Partial<SyncOptions>): Promise<RunReport>
}

export async function synced(): Promise<Synced> {
  const clock = { now: Date.UTC(2026, 10, 21), elapsed: () => performance.now() }
  const temporary = await temporaryStore({ mailboxes: 0, now: () => clock.now })
  const directory = new MemoryDirectory()
  const organization = temporary.organization.id
  await connect(temporary.store, organization)
  const deps: SyncDeps = {
    get store() {
      return temporary.store
    },
    openSource: () => directory,
    everyMs: 4 * 3_600_000,
    now: () => clock.now,
    elapsed: () => clock.elapsed(),
    random: () => 0,
  }
  return {
    temporary,
    directory,
    organization,
    deps,
    clock,
    get store() {
      return temporary.store
    },
    sync(options = {}) {
      clock.now += 60_000
      return syncDirectory(deps, organization, { signal: new AbortController().signal, ...options })
    },
  }
}

/** One more organisation of that store, with a directory of its own: cheaper than a store, and there while the store is. */
export async function syncedBeside(
  world: Synced,
): Promise<Pick<Synced, 'directory' | 'organization' | 'sync'>> {
  const directory = new MemoryDirectory()
  const { id: organization } = await world.store.organizations.create({ alias: `beside-${randomUUID()}` })
  await connect(world.store, organization)
  return {
    directory,
    organization,
    sync(options = {}) {
      world.clock.now += 60_000
      const deps = { ...world.deps, store: world.store, openSource: () => directory }
      return syncDirectory(deps, organization, { signal: new AbortController().signal, ...options })
    },
  }
}

export async function connect(store: Store, organization: OrganizationId): Promise<void> {
  await store.organizations.changeSettings(organization, { interoperability: true })
  await store.transact({ organization }, ({ directorySync }) =>
    directorySync.putConnection(organization, { kind: 'ldif', file: '/nowhere' }, 0),
  )
}
