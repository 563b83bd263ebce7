import type { Migration } from '../driver/driver.ts'

/**
 * Migration: projects with their sources, batches, mailboxes and deferred grants hang on the organisation; the ledger hangs on
 * the mailbox that the items go to, under its key. In clear: states, numbers, times, sizes, and the versions that sources give.
 */
export const migration: Migration = {
  number: 13,
  name: 'migration',
  up: ({ blob, clustered }) => [
    `CREATE TABLE migration_project (
      org TEXT NOT NULL,
      id TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      next_event BIGINT NOT NULL,
      next_grant BIGINT NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (org, id)
    )${clustered}`,
    `CREATE TABLE migration_source (
      org TEXT NOT NULL,
      project TEXT NOT NULL,
      name_key ${blob} NOT NULL,
      sealed ${blob} NOT NULL,
      sealed_secret ${blob},
      PRIMARY KEY (org, project, name_key)
    )${clustered}`,
    `CREATE TABLE migration_batch (
      org TEXT NOT NULL,
      project TEXT NOT NULL,
      no BIGINT NOT NULL,
      state TEXT NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (org, project, no)
    )${clustered}`,
    // `fence` rises with each lease: who writes with a lower one is late.
    `CREATE TABLE migration_member (
      org TEXT NOT NULL,
      project TEXT NOT NULL,
      no BIGINT NOT NULL,
      batch BIGINT NOT NULL,
      state TEXT NOT NULL,
      priority BIGINT NOT NULL,
      due_at BIGINT,
      fence BIGINT NOT NULL,
      lease_token TEXT,
      leased_until BIGINT,
      address_key ${blob} NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (org, project, no)
    )`,
    'CREATE INDEX migration_member_of_batch ON migration_member (org, project, batch, no)',
    'CREATE UNIQUE INDEX migration_member_by_address ON migration_member (org, project, address_key)',
    'CREATE INDEX migration_member_due ON migration_member (due_at, priority) WHERE due_at IS NOT NULL',
    `CREATE TABLE migration_event (
      org TEXT NOT NULL,
      project TEXT NOT NULL,
      no BIGINT NOT NULL,
      at BIGINT NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (org, project, no)
    )${clustered}`,
    `CREATE TABLE migration_grant (
      org TEXT NOT NULL,
      project TEXT NOT NULL,
      no BIGINT NOT NULL,
      state TEXT NOT NULL,
      owner_key ${blob} NOT NULL,
      grantee_key ${blob} NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (org, project, no)
    )${clustered}`,
    "CREATE INDEX migration_grant_of_owner ON migration_grant (org, project, owner_key) WHERE state = 'waiting'",
    "CREATE INDEX migration_grant_of_grantee ON migration_grant (org, project, grantee_key) WHERE state = 'waiting'",
    `CREATE TABLE migration_folder (
      mailbox BIGINT NOT NULL,
      no BIGINT NOT NULL,
      folder_key ${blob} NOT NULL,
      source_key ${blob} NOT NULL,
      target BIGINT NOT NULL,
      pass BIGINT NOT NULL,
      listing BIGINT NOT NULL,
      is_listing BIGINT NOT NULL,
      gone BIGINT NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (mailbox, no)
    )${clustered}`,
    'CREATE UNIQUE INDEX migration_folder_by_key ON migration_folder (mailbox, folder_key)',
    // The key of an item is unique in the mailbox it goes to: what was written once is not written again. Not clustered: rows
    // come in the order of the source, their keys in none.
    `CREATE TABLE migration_item (
      mailbox BIGINT NOT NULL,
      item_key ${blob} NOT NULL,
      folder BIGINT NOT NULL,
      item BIGINT,
      state TEXT NOT NULL,
      version TEXT NOT NULL,
      match_key ${blob},
      attempts BIGINT NOT NULL,
      modseq BIGINT NOT NULL,
      listing BIGINT NOT NULL,
      pass BIGINT NOT NULL,
      size_bytes BIGINT NOT NULL,
      weight TEXT,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (mailbox, item_key)
    )`,
    'CREATE INDEX migration_item_by_match ON migration_item (mailbox, match_key) WHERE match_key IS NOT NULL',
    'CREATE INDEX migration_item_by_folder ON migration_item (mailbox, folder, listing)',
    'CREATE INDEX migration_item_by_item ON migration_item (mailbox, item) WHERE item IS NOT NULL',
    "CREATE INDEX migration_item_troubled ON migration_item (mailbox, item_key) WHERE state <> 'copied' OR weight IS NOT NULL",
  ],
}
