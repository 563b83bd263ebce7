import type { Migration } from '../driver/driver.ts'

/** How many mailboxes of each batch are in which state is counted from this index alone: a project may have a million. */
export const memberStates: Migration = {
  number: 29,
  name: 'member-states',
  up: () => ['CREATE INDEX migration_member_states ON migration_member (org, project, batch, state)'],
}
