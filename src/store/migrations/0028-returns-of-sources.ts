import type { Migration } from '../driver/driver.ts'

/**
 * What goes back to a source is kept for each source by itself: an item may be on its way to two of them. Rows of before have an empty
 * key, as only what is sealed in them says whose they are; each gets its own when it is written next.
 */
export const returnsOfSources: Migration = {
  number: 28,
  name: 'returns-of-sources',
  up: ({ blob, clustered }) => [
    'ALTER TABLE migration_return RENAME TO migration_return_of_item',
    `CREATE TABLE migration_return (
      mailbox BIGINT NOT NULL,
      item BIGINT NOT NULL,
      source_key ${blob} NOT NULL,
      state TEXT NOT NULL,
      attempts BIGINT NOT NULL,
      size_bytes BIGINT NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (mailbox, item, source_key)
    )${clustered}`,
    `INSERT INTO migration_return (mailbox, item, source_key, state, attempts, size_bytes, sealed)
      SELECT mailbox, item, CAST('' AS ${blob}), state, attempts, size_bytes, sealed FROM migration_return_of_item`,
    'DROP TABLE migration_return_of_item',
  ],
}
