import type { OrganizationId } from '#src/base/ids.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { DataKey } from './data-key.ts'
import type { Sql } from './driver/driver.ts'

/** An opened mailbox: its row number, by which every other table knows it, and its key. */
export type OpenMailbox = { no: number; key: DataKey }

/**
 * Opens what a row is sealed with. Outside a transaction it asks the key provider when the cached key is
 * older than `KEY_LIFETIME_MS`; inside one everything in its scope is open already.
 * Refuses `no-such-organization`, `no-such-mailbox`, `key-unavailable`.
 */
export type Keys = {
  organization(id: OrganizationId): Promise<DataKey>
  mailbox(at: MailboxRef): Promise<OpenMailbox>
  /** Inside a transaction whose scope names it as new: what its row is made of. */
  newMailbox(at: MailboxRef): NewMailbox
  /** Inside a transaction that destroys it: nothing opens it any more once that is committed. */
  destroyed(at: MailboxRef): void
}

/** Number and wrapped key for the row of a mailbox that is being made. */
export type NewMailbox = OpenMailbox & { keyRef: string; wrappedKey: Uint8Array }

/** What a reader or writer of the store works with: statements and keys, either of a transaction or outside one. */
export type Session = { sql: Sql; keys: Keys }
