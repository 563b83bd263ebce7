import type { Migration } from '../driver/driver.ts'

/** Whom to ask for the free/busy times of other mail domains: sealed, with the secrets apart. */
export const availability: Migration = {
  number: 12,
  name: 'availability',
  up: ({ blob, clustered }) => [
    `CREATE TABLE availability (
      org TEXT NOT NULL,
      domain_key ${blob} NOT NULL,
      sealed ${blob} NOT NULL,
      sealed_secret ${blob},
      PRIMARY KEY (org, domain_key)
    )${clustered}`,
  ],
}
