import type { Migration } from '../driver/driver.ts'

/**
 * SMTP gateways of organisations. Names and the patterns of recipients are blind keys, everything readable is sealed;
 * passwords apart from the rest, so that lists never open them.
 */
export const gateways: Migration = {
  number: 7,
  name: 'gateways',
  up: ({ blob, clustered }) => [
    `CREATE TABLE gateway (
      org TEXT NOT NULL,
      name_key ${blob} NOT NULL,
      sealed ${blob} NOT NULL,
      sealed_password ${blob},
      PRIMARY KEY (org, name_key)
    )${clustered}`,
    // A pattern leads to one gateway. The sealed record of that gateway names the pattern too.
    `CREATE TABLE gateway_recipient (
      org TEXT NOT NULL,
      pattern_key ${blob} NOT NULL,
      gateway ${blob} NOT NULL,
      PRIMARY KEY (org, pattern_key)
    )${clustered}`,
    'CREATE INDEX gateway_recipient_by_gateway ON gateway_recipient (org, gateway)',
  ],
}
