/** Every table of migration that hangs on an organisation, with its key, for one that was destroyed. */
export const migrationTables = [
  ['migration_event', 'org, project, no'],
  ['migration_grant', 'org, project, no'],
  ['migration_member', 'org, project, no'],
  ['migration_batch', 'org, project, no'],
  ['migration_source', 'org, project, name_key'],
  ['migration_project', 'org, id'],
] as const
