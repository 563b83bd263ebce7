import type { Migration } from '../driver/driver.ts'

/** Settings that hang on a folder of a mailbox, by name: sealed, and found blind. */
export const configurations: Migration = {
  number: 11,
  name: 'configurations',
  up: ({ blob, clustered }) => [
    `CREATE TABLE configuration (
      mailbox BIGINT NOT NULL,
      folder BIGINT NOT NULL,
      name_key ${blob} NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (mailbox, folder, name_key)
    )${clustered}`,
  ],
}
