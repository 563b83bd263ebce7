import Database from 'better-sqlite3'

/** One `name` for each table, column and index that a statement made. `opened` is the driver's own. */
export const CATALOG = `WITH made (type, name) AS (SELECT type, name FROM sqlite_schema
    WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name <> 'opened')
  SELECT type || ' ' || name AS name FROM made
  UNION ALL SELECT 'column ' || made.name || '.' || c.name FROM made, pragma_table_info(made.name) c WHERE made.type = 'table'`

/** What `CATALOG` lists of a database in which these statements were run, and no other. */
export function catalogAfter(statements: readonly string[]): string[] {
  const scratch = new Database(':memory:')
  try {
    for (const statement of statements) scratch.exec(statement)
    return scratch.prepare<[], string>(CATALOG).pluck().all()
  } finally {
    scratch.close()
  }
}
