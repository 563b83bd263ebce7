import type { Migration } from '../driver/driver.ts'

/** MTA-STS policies of other domains (RFC 8461 §3.3), which a restart must not forget. Name and policy are sealed by whoever keeps them. */
export const mailPolicies: Migration = {
  number: 23,
  name: 'mail-policies',
  up: ({ blob, clustered }) => [
    `CREATE TABLE mail_policy (
      name TEXT NOT NULL PRIMARY KEY,
      octets ${blob} NOT NULL,
      kept_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL
    )${clustered}`,
    'CREATE INDEX mail_policy_by_time ON mail_policy (kept_at)',
    'CREATE INDEX mail_policy_by_end ON mail_policy (expires_at)',
  ],
}
