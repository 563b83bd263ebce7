import type { Migration } from '../driver/driver.ts'

/** Organisations, mailboxes and bodies: what has a key, and what is too large to lie in a row of its own kind. */
export const store: Migration = {
  number: 1,
  name: 'store',
  up: ({ blob, clustered }) => [
    `CREATE TABLE organization (
      id TEXT NOT NULL PRIMARY KEY,
      alias TEXT NOT NULL UNIQUE,
      state TEXT NOT NULL,
      key_ref TEXT NOT NULL,
      wrapped_key ${blob},
      created_at BIGINT NOT NULL,
      sealed ${blob} NOT NULL
    )${clustered}`,
    `CREATE TABLE mailbox (
      no BIGINT NOT NULL PRIMARY KEY,
      organization TEXT NOT NULL,
      id TEXT NOT NULL,
      key_ref TEXT NOT NULL,
      wrapped_key ${blob},
      state TEXT NOT NULL,
      next_item BIGINT NOT NULL,
      next_folder BIGINT NOT NULL,
      modseq BIGINT NOT NULL,
      forgotten_modseq BIGINT NOT NULL,
      items BIGINT NOT NULL,
      size_bytes BIGINT NOT NULL,
      recoverable_bytes BIGINT NOT NULL,
      quota_bytes BIGINT NOT NULL,
      quota_notice BIGINT NOT NULL,
      created_at BIGINT NOT NULL
    )${clustered}`,
    'CREATE UNIQUE INDEX mailbox_by_id ON mailbox (organization, id)',
    'CREATE INDEX mailbox_by_state ON mailbox (state, no)',
    // One body may be the original of several items of its mailbox (copies): `refs` counts them. Not clustered:
    // the bodies that one commit brings to many mailboxes then share their pages, and pages are what it costs.
    `CREATE TABLE body (
      mailbox BIGINT NOT NULL,
      no BIGINT NOT NULL,
      refs BIGINT NOT NULL,
      salt ${blob} NOT NULL,
      size_bytes BIGINT NOT NULL,
      sealed ${blob},
      segment BIGINT,
      place BIGINT,
      PRIMARY KEY (mailbox, no)
    )`,
    'CREATE UNIQUE INDEX body_by_place ON body (segment, place) WHERE segment IS NOT NULL',
    // `live_bytes`: octets of the segment file that body rows refer to; the rest is garbage.
    `CREATE TABLE segment (
      no BIGINT NOT NULL PRIMARY KEY,
      live_bytes BIGINT NOT NULL
    )${clustered}`,
    `CREATE TABLE sequence (
      name TEXT NOT NULL PRIMARY KEY,
      next BIGINT NOT NULL
    )${clustered}`,
  ],
}
