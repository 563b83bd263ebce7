import type { Migration } from '../driver/driver.ts'

/**
 * Bodies, and what is sealed of items, lie in the order in which they came, under numbers of the whole store: what one commit
 * brings to many mailboxes shares its pages, and no index by mailbox has a page of its own for each (decision 10).
 */
export const rowsAsTheyCame: Migration = {
  number: 24,
  name: 'rows-as-they-came',
  up: ({ blob, clustered, growingKey }) => [
    'ALTER TABLE body RENAME TO body_by_mailbox',
    'ALTER TABLE item_sealed RENAME TO item_sealed_by_mailbox',
    // `item` came with it; others that have it (copies) are in `body_share`. It stays while one of them has it. 0: no item had it when it was brought over.
    `CREATE TABLE body (
      no ${growingKey},
      mailbox BIGINT NOT NULL,
      item BIGINT NOT NULL,
      salt ${blob} NOT NULL,
      size_bytes BIGINT NOT NULL,
      sealed ${blob},
      segment BIGINT,
      place BIGINT
    )`,
    'CREATE UNIQUE INDEX body_by_extent ON body (segment, place) WHERE segment IS NOT NULL',
    `CREATE TABLE body_share (
      mailbox BIGINT NOT NULL,
      body BIGINT NOT NULL,
      item BIGINT NOT NULL,
      PRIMARY KEY (mailbox, body, item)
    )${clustered}`,
    `CREATE TABLE item_sealed (
      no ${growingKey},
      mailbox BIGINT NOT NULL,
      item BIGINT NOT NULL,
      listing ${blob} NOT NULL,
      detail ${blob}
    )`,
    'ALTER TABLE item ADD COLUMN sealed BIGINT',
  ],
}
