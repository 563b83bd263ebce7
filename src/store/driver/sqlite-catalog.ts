import Database from 'better-sqlite3'
import type { Column, ColumnType, Dialect } from './driver.ts'

/** One `name` for each table, column and index that a statement made. `opened` is the driver's own. */
export const CATALOG = `WITH made (type, name) AS (SELECT type, name FROM sqlite_schema
    WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name <> 'opened')
  SELECT type || ' ' || name AS name FROM made
  UNION ALL SELECT 'column ' || made.name || '.' || c.name FROM made, pragma_table_info(made.name) c WHERE made.type = 'table'`

/** The columns of the tables that are in it, but for SQLite's own. */
const COLUMNS = `SELECT t.name AS "table", c.name, c.type, c."notnull", c.pk
  FROM sqlite_schema t, pragma_table_info(t.name) c
  WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid`
type ColumnRow = { table: string; name: string; type: keyof typeof types; notnull: number; pk: number }
const types = { TEXT: 'text', BIGINT: 'number', INTEGER: 'number', BLOB: 'octets' } as const

/** Of a database in which these statements were run, and no other. */
export function catalogAfter(statements: readonly string[]): string[] {
  return after(statements, (scratch) => scratch.prepare<[], string>(CATALOG).pluck().all())
}

export function columnsAfter(statements: readonly string[]): Column[] {
  const rows = after(statements, (scratch) => scratch.prepare<[], ColumnRow>(COLUMNS).all())
  return rows.map(({ type, notnull, pk, ...row }) => ({
    ...row,
    type: types[type],
    mayBeNull: notnull === 0,
    keyPlace: pk,
  }))
}

function after<T>(statements: readonly string[], read: (scratch: Database.Database) => T): T {
  const scratch = new Database(':memory:')
  try {
    for (const statement of statements) scratch.exec(statement)
    return read(scratch)
  } finally {
    scratch.close()
  }
}

const isOfType: Readonly<Record<ColumnType, (value: string) => string>> = {
  text: (value) => `typeof(${value}) = 'text'`,
  number: (value) => `typeof(${value}) = 'integer'`,
  octets: (value) => `typeof(${value}) = 'blob'`,
}

/** SQLite keeps in a column what it is given: its type is no more than a wish. */
export const isOf: Dialect['isOf'] = (type, value) => isOfType[type](value)
