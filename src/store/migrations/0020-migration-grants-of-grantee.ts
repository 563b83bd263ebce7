import type { Migration } from '../driver/driver.ts'

/** Rights are looked for by either end, also those that were given and those that could not be: who comes, or goes back, changes both. */
export const migrationGrantsOfGrantee: Migration = {
  number: 20,
  name: 'migration-grants-of-grantee',
  up: () => [
    'CREATE INDEX migration_grant_by_grantee ON migration_grant (org, project, grantee_key, state)',
    // Those that have to be given by hand are told with every status.
    'CREATE INDEX migration_grant_by_state ON migration_grant (org, project, state, no)',
    'DROP INDEX migration_grant_of_owner',
    'DROP INDEX migration_grant_of_grantee',
  ],
}
