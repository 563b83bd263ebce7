import type { Migration } from '../driver/driver.ts'

/** What mail is refused for beyond one organisation: how much all of them sent, and domains that nobody has proven yet. */
export const mailLimits: Migration = {
  number: 9,
  name: 'mail-limits',
  up: ({ clustered }) => [
    // Recipients on a UTC day, all organisations together: outside ones, and all of those from test domains.
    `CREATE TABLE account_sending (
      day TEXT NOT NULL PRIMARY KEY,
      external BIGINT NOT NULL,
      from_test_domain BIGINT NOT NULL
    )${clustered}`,
    "CREATE INDEX mail_domain_unproven ON mail_domain (name, org) WHERE ownership <> 'VERIFIED'",
  ],
}
