import type { Migration } from '../driver/driver.ts'

/**
 * What came into a mailbox after it had moved, and goes back to the source with it: a row for each item, so that none is put
 * there twice. In clear: the item's number, how far it is, its size.
 */
export const migrationReturns: Migration = {
  number: 15,
  name: 'migration-returns',
  up: ({ blob, clustered }) => [
    `CREATE TABLE migration_return (
      mailbox BIGINT NOT NULL,
      item BIGINT NOT NULL,
      state TEXT NOT NULL,
      attempts BIGINT NOT NULL,
      size_bytes BIGINT NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (mailbox, item)
    )${clustered}`,
  ],
}
