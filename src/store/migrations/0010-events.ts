import type { Migration } from '../driver/driver.ts'

/** Where the time of events is found: their bins, and their UIDs, which are blind. */
export const events: Migration = {
  number: 10,
  name: 'events',
  up: ({ blob, clustered }) => [
    // `to_ms` is null for a series without an end. `state`: how the time counts, and whether it is a series, floating, private.
    `CREATE TABLE event (
      mailbox BIGINT NOT NULL,
      item BIGINT NOT NULL,
      uid_key ${blob} NOT NULL,
      level BIGINT NOT NULL,
      bin BIGINT NOT NULL,
      from_ms BIGINT NOT NULL,
      to_ms BIGINT,
      state BIGINT NOT NULL,
      PRIMARY KEY (mailbox, item)
    )${clustered}`,
    'CREATE INDEX event_by_bin ON event (mailbox, level, bin)',
    'CREATE INDEX event_by_uid ON event (mailbox, uid_key)',
  ],
}
