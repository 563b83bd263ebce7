/** What one check came to. A remedy with `ok` is advice: nothing stops working without it. */
export type DirectoryFinding = { check: DirectoryCheck; ok: boolean; detail: string; remedy?: string }

export type DirectoryCheck =
  | 'name'
  | 'connection'
  | 'tls'
  | 'bind'
  | 'controller'
  | 'level'
  | 'clock'
  | 'schema'
  | 'rights'
  | 'paging'
