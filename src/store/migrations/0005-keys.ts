import type { Migration } from '../driver/driver.ts'

/** Which keys are in use and which are to go, the service's own keys, and the access keys sealed under one of them. */
export const keys: Migration = {
  number: 5,
  name: 'keys',
  up: ({ blob, clustered }) => [
    'CREATE INDEX mailbox_by_key ON mailbox (organization, key_ref) WHERE wrapped_key IS NOT NULL',
    // A provider that still holds keys of an organisation that was destroyed.
    `CREATE TABLE key_to_destroy (
      organization TEXT NOT NULL,
      provider TEXT NOT NULL,
      PRIMARY KEY (organization, provider)
    )${clustered}`,
    // Data keys that belong to no organisation, by their use; wrapped under a key that a provider holds.
    `CREATE TABLE service_key (
      name TEXT NOT NULL PRIMARY KEY,
      key_ref TEXT NOT NULL,
      wrapped_key ${blob} NOT NULL
    )${clustered}`,
    // `organization` is null for a key to all of them.
    `CREATE TABLE access_key (
      id TEXT NOT NULL PRIMARY KEY,
      organization TEXT,
      created_at BIGINT NOT NULL,
      sealed ${blob} NOT NULL
    )${clustered}`,
    'CREATE INDEX access_key_by_organization ON access_key (organization) WHERE organization IS NOT NULL',
  ],
}
