import type { Migration } from '../driver/driver.ts'

/**
 * What a mailbox holds. In clear lies only what counting, ordering and change queries need (architecture
 * decision 5); names, keywords and everything readable of an item are sealed.
 */
export const mailbox: Migration = {
  number: 3,
  name: 'mailbox',
  up: ({ blob, clustered }) => [
    // `parent` is 0 for the root. `name_key` is blind: siblings of one name collide without the name being readable.
    `CREATE TABLE folder (
      mailbox BIGINT NOT NULL,
      no BIGINT NOT NULL,
      parent BIGINT NOT NULL,
      class TEXT NOT NULL,
      distinguished TEXT,
      recoverable BIGINT NOT NULL,
      subscribed BIGINT NOT NULL,
      uid_validity BIGINT NOT NULL,
      uid_next BIGINT NOT NULL,
      modseq BIGINT NOT NULL,
      state_modseq BIGINT NOT NULL,
      created_modseq BIGINT NOT NULL,
      items BIGINT NOT NULL,
      unseen BIGINT NOT NULL,
      deleted BIGINT NOT NULL,
      size_bytes BIGINT NOT NULL,
      name_key ${blob} NOT NULL,
      sealed_name ${blob} NOT NULL,
      PRIMARY KEY (mailbox, no)
    )${clustered}`,
    'CREATE UNIQUE INDEX folder_by_name ON folder (mailbox, parent, name_key)',
    'CREATE UNIQUE INDEX folder_by_distinguished ON folder (mailbox, distinguished) WHERE distinguished IS NOT NULL',
    'CREATE INDEX folder_by_state_modseq ON folder (mailbox, state_modseq)',
    // Narrow on purpose: flags, dates and sizes of a million items are read without touching what is sealed.
    // `keywords` lists keyword numbers between commas (`,3,7,`), or is null.
    `CREATE TABLE item (
      mailbox BIGINT NOT NULL,
      no BIGINT NOT NULL,
      folder BIGINT NOT NULL,
      uid BIGINT NOT NULL,
      class TEXT NOT NULL,
      flags BIGINT NOT NULL,
      keywords TEXT,
      modseq BIGINT NOT NULL,
      created_modseq BIGINT NOT NULL,
      received_at BIGINT NOT NULL,
      saved_at BIGINT NOT NULL,
      size_bytes BIGINT NOT NULL,
      body BIGINT,
      deleted_from BIGINT,
      PRIMARY KEY (mailbox, no)
    )${clustered}`,
    'CREATE UNIQUE INDEX item_by_uid ON item (mailbox, folder, uid)',
    'CREATE INDEX item_by_modseq ON item (mailbox, folder, modseq)',
    'CREATE INDEX item_by_received ON item (mailbox, folder, received_at, no)',
    // `listing`: summary and structure; `detail`: content and properties. Not clustered: rows are wide, and those
    // that one commit brings to many mailboxes then share their pages.
    `CREATE TABLE item_sealed (
      mailbox BIGINT NOT NULL,
      item BIGINT NOT NULL,
      listing ${blob} NOT NULL,
      detail ${blob},
      PRIMARY KEY (mailbox, item)
    )`,
    // `items` counts the items that carry it; at 0 the row goes.
    `CREATE TABLE keyword (
      mailbox BIGINT NOT NULL,
      no BIGINT NOT NULL,
      items BIGINT NOT NULL,
      name_key ${blob} NOT NULL,
      sealed_name ${blob} NOT NULL,
      PRIMARY KEY (mailbox, no)
    )${clustered}`,
    'CREATE UNIQUE INDEX keyword_by_name ON keyword (mailbox, name_key)',
    // An item that left a folder: moved or removed.
    `CREATE TABLE tombstone (
      mailbox BIGINT NOT NULL,
      modseq BIGINT NOT NULL,
      folder BIGINT NOT NULL,
      item BIGINT NOT NULL,
      uid BIGINT NOT NULL,
      created_modseq BIGINT NOT NULL,
      PRIMARY KEY (mailbox, modseq)
    )${clustered}`,
    'CREATE INDEX tombstone_by_folder ON tombstone (mailbox, folder, modseq)',
    `CREATE TABLE folder_tombstone (
      mailbox BIGINT NOT NULL,
      modseq BIGINT NOT NULL,
      folder BIGINT NOT NULL,
      PRIMARY KEY (mailbox, modseq)
    )${clustered}`,
  ],
}
