import type { Migration } from '../driver/driver.ts'

/**
 * Directories that are kept elsewhere and read for the address book. In clear: ids of the source (GUIDs), who names whom
 * by them, change numbers and times; everything readable is sealed, distinguished names and account names are blind keys.
 */
export const directorySync: Migration = {
  number: 8,
  name: 'directory-sync',
  up: ({ blob, clustered }) => [
    // `applying`: the run whose difference is being put into place, and how far; whoever opens the store finishes that first.
    `CREATE TABLE directory_sync (
      org TEXT NOT NULL PRIMARY KEY,
      sealed_connection ${blob},
      sealed_state ${blob},
      next_run BIGINT NOT NULL,
      applying BIGINT,
      applying_step BIGINT,
      applying_after TEXT,
      waiting BIGINT,
      synchronized_at BIGINT,
      due_at BIGINT NOT NULL,
      objects BIGINT NOT NULL,
      last_run_ms BIGINT,
      lease_token TEXT,
      leased_until BIGINT
    )${clustered}`,
    // What the source said last, once it was put into place; `held_run` for a group that waits for a second look.
    `CREATE TABLE source_object (
      org TEXT NOT NULL,
      guid TEXT NOT NULL,
      entry TEXT,
      state TEXT NOT NULL,
      place_key ${blob} NOT NULL,
      upn_key ${blob},
      sam_key ${blob},
      change_number TEXT NOT NULL,
      digest ${blob} NOT NULL,
      missing_run BIGINT,
      held_run BIGINT,
      gone_at BIGINT,
      sealed ${blob},
      sealed_note ${blob} NOT NULL,
      sealed_held ${blob},
      PRIMARY KEY (org, guid)
    )`,
    'CREATE INDEX source_object_by_place ON source_object (org, place_key)',
    // By what people sign in with.
    'CREATE INDEX source_object_by_upn ON source_object (org, upn_key) WHERE upn_key IS NOT NULL',
    'CREATE INDEX source_object_by_sam ON source_object (org, sam_key) WHERE sam_key IS NOT NULL',
    'CREATE INDEX source_object_by_state ON source_object (org, state, guid)',
    'CREATE INDEX source_object_held ON source_object (org, guid) WHERE held_run IS NOT NULL',
    `CREATE TABLE source_staged (
      org TEXT NOT NULL,
      run BIGINT NOT NULL,
      guid TEXT NOT NULL,
      there BIGINT NOT NULL,
      place_key ${blob} NOT NULL,
      upn_key ${blob},
      sam_key ${blob},
      change_number TEXT NOT NULL,
      digest ${blob} NOT NULL,
      decision TEXT,
      step BIGINT,
      entry TEXT,
      sealed ${blob},
      sealed_note ${blob},
      PRIMARY KEY (org, run, guid)
    )`,
    'CREATE INDEX source_staged_gone ON source_staged (org, run, guid) WHERE there = 0',
    'CREATE INDEX source_staged_releasing ON source_staged (org, run, guid) WHERE step = 1',
    // `target` is a GUID, or `~` and the blind key of a distinguished name in hex.
    `CREATE TABLE source_link (
      org TEXT NOT NULL,
      guid TEXT NOT NULL,
      kind TEXT NOT NULL,
      target TEXT NOT NULL,
      PRIMARY KEY (org, guid, kind, target)
    )${clustered}`,
    'CREATE INDEX source_link_by_target ON source_link (org, target, kind, guid)',
    // With the kind in it SQLite reads the addresses of an entry from it; without, it went through all of the organisation.
    'DROP INDEX directory_address_by_entry',
    'CREATE INDEX directory_address_of_entry ON directory_address (org, entry, kind)',
  ],
}
