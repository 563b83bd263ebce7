import type { Migration } from '../driver/driver.ts'

/** A migration knows every right on the mailboxes it moves: those of one owner are found in whatever state they are. */
export const migrationGrantsOfOwner: Migration = {
  number: 17,
  name: 'migration-grants-of-owner',
  up: () => ['CREATE INDEX migration_grant_by_owner ON migration_grant (org, project, owner_key, no)'],
}
