import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { AdministrationMemory } from './administration/store.ts'
import type { PolicyMemory } from './delivery/policy-memory.ts'
import type { DeliveryQueue, DeliveryReader, DeliveryWriter } from './delivery/store.ts'
import type { DirectoryReader, DirectoryWriter } from './directory/store.ts'
import type { SyncStore, SyncWriter } from './directory-sync/store.ts'
import type { AccessKeys } from './keys/access-keys.ts'
import type { MailboxReader, MailboxRef, MailboxWriter, StagedBody } from './mailbox/store.ts'
import type { Maintenance } from './maintenance/store.ts'
import type { MigrationStore, MigrationWriter } from './migration/store.ts'
import type { OrganizationStore } from './organization/store.ts'

/** What a transaction may touch. Keys are opened for it before it begins. */
export type Scope = {
  organization: OrganizationId
  mailboxes?: readonly MailboxId[]
  /** Mailboxes that `createMailbox` will make: their keys are made and wrapped before it begins. */
  newMailboxes?: readonly MailboxId[]
  /** Answered once it is committed and before it is on disk: a crash may undo it, with everything that came after it. */
  mayBeLost?: boolean
}

/** The writers of one transaction. They end with it. */
export type Writer = {
  mailboxes: MailboxWriter
  directory: DirectoryWriter
  directorySync: SyncWriter
  delivery: DeliveryWriter
  migration: MigrationWriter
}

/**
 * Where everything is kept: `src/store` implements it. Asynchronous, and coarse enough that each call is one
 * round trip to whichever engine is behind it.
 */
export type Store = {
  /** The clock that it was opened with, epoch milliseconds. */
  now(): number
  organizations: OrganizationStore
  accessKeys: AccessKeys
  maintenance: Maintenance
  administration: AdministrationMemory
  mailboxes: MailboxReader
  directory: DirectoryReader
  directorySync: SyncStore
  delivery: DeliveryReader
  queue: DeliveryQueue
  policies: PolicyMemory
  migration: MigrationStore
  /**
   * Runs `work`, then resolves once everything it wrote is on disk. All of it happens or none.
   * `work` awaits nothing but its writer, and has no effect beside it: it may be run again.
   */
  transact<T>(scope: Scope, work: (writer: Writer) => Promise<T>): Promise<T>
  /**
   * Takes in a body of exactly `sizeBytes` octets for an item of that mailbox, never holding a large one in memory. `sealed`: the octets
   * that the source gave are not looked at any more; what was made of them need not be on disk then.
   */
  stageBody(
    at: MailboxRef,
    sizeBytes: number,
    source: AsyncIterable<Uint8Array>,
    sealed?: () => void,
  ): Promise<StagedBody>
  /** Calls back after a transaction whose scope named that mailbox is durable; what changed is in the change log. Returns how to stop. */
  watch(at: MailboxRef, changed: () => void): () => void
  /** Puts something on disk as mail would be, and takes it away again. Refuses `try-later` or `damaged` with what stands against it. */
  probe(): Promise<void>
  /** Waits for what is being written, then lets go of files and keys. */
  close(): Promise<void>
}
