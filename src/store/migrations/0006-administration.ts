import type { Migration } from '../driver/driver.ts'

/** What the administration API remembers of requests. Names of answers are digests; answers hold ids. */
export const administration: Migration = {
  number: 6,
  name: 'administration',
  up: ({ clustered }) => [
    `CREATE TABLE kept_answer (
      name TEXT NOT NULL PRIMARY KEY,
      request TEXT NOT NULL,
      answer TEXT NOT NULL,
      at BIGINT NOT NULL
    )${clustered}`,
    'CREATE INDEX kept_answer_by_time ON kept_answer (at)',
    `CREATE TABLE signed_ahead (
      access_key TEXT NOT NULL PRIMARY KEY,
      at BIGINT NOT NULL
    )${clustered}`,
  ],
}
