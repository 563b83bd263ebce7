import type { Migration } from '../driver/driver.ts'

/** What searches made of summaries, for blocks of items that follow each other in number; it can be made again at any time. */
export const digests: Migration = {
  number: 18,
  name: 'digests',
  up: ({ blob }) => [
    // Not clustered: rows are wide.
    `CREATE TABLE digest (
      mailbox BIGINT NOT NULL,
      block BIGINT NOT NULL,
      aspect TEXT NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (mailbox, block, aspect)
    )`,
  ],
}
