/** Every table of directories elsewhere with its key, for an organisation that was destroyed. */
export const syncTables = [
  ['source_link', 'org, guid, kind, target'],
  ['source_staged', 'org, run, guid'],
  ['source_object', 'org, guid'],
  ['directory_sync', 'org'],
] as const
