import type { Migration } from '../driver/driver.ts'

/** By which SID a program may name somebody whom it impersonates; blind, as the other names of accounts. */
export const accountSids: Migration = {
  number: 16,
  name: 'account-sids',
  up: ({ blob }) => [
    `ALTER TABLE source_object ADD COLUMN sid_key ${blob}`,
    `ALTER TABLE source_staged ADD COLUMN sid_key ${blob}`,
    'CREATE INDEX source_object_by_sid ON source_object (org, sid_key) WHERE sid_key IS NOT NULL',
  ],
}
