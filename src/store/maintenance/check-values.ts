import { isDeepStrictEqual } from 'node:util'
import type { Report } from '#src/domain/organization/store.ts'
import type { Column, Dialect, Row, Value } from '../driver/driver.ts'
import type { CheckRun } from './check-run.ts'
import type { Moments } from './moments.ts'
import { valuesOf } from './values-by-column.ts'

/** Rows that one statement looks at. */
const ROWS = 5_000
/** Of a column, whose rows are named. */
const NAMED = 5
const remedy =
  'Restore the data from a backup. Where nobody but Landbridge has written to the database, it is a mistake of ours: report it.'

/** What is asked of each row of a table, and the statements that ask it of the rows between two keys. */
type Sweep = { table: string; columns: readonly Column[]; key: readonly string[]; last: Text; wrong: Text }
type Text = (after: boolean, before: boolean) => string
type Place = { table: number; after: readonly Value[] | undefined }
type Wrong = { count: number; named: string[] }

/** Every column of every row holds what it may: a value of its type, of those it can have. */
export async function checkValues(
  moments: Moments,
  dialect: Dialect,
  columns: readonly Column[],
  report: Report | undefined,
): Promise<void> {
  const sweeps = [...Map.groupBy(columns, ({ table }) => table)].map(([table, of]) =>
    sweepOf(dialect, table, of),
  )
  const wrong = new Map<Column, Wrong>()
  await moments<Place>(async (run, last) => {
    const place = last ?? { table: 0, after: undefined }
    const sweep = sweeps[place.table]
    report?.({ what: 'Checking tables', done: place.table, total: sweeps.length })
    if (sweep === undefined) {
      for (const [column, found] of wrong) tell(run, column, found)
      run.findings.isBroken ||= wrong.size > 0
      return undefined
    }
    const next = await sweepRows(run, sweep, place.after, wrong)
    // A key that no number of a program can say is read as the one before it.
    return next === undefined || isDeepStrictEqual(next, place.after)
      ? { table: place.table + 1, after: undefined }
      : { ...place, after: next }
  })
}

/** Looks at the next rows of a table; gives the key of the last, or undefined when there are no more. */
async function sweepRows(
  { sql }: CheckRun,
  sweep: Sweep,
  after: readonly Value[] | undefined,
  wrong: Map<Column, Wrong>,
): Promise<readonly Value[] | undefined> {
  const from = after ?? []
  const end = await sql.get(sweep.last(after !== undefined, false), ...from)
  const last = end && sweep.key.map((name) => end[name] ?? null)
  const rows = await sql.all(sweep.wrong(after !== undefined, last !== undefined), ...from, ...(last ?? []))
  for (const row of rows)
    for (const [index, column] of sweep.columns.entries())
      if (row[`wrong_${index}`] === 1) {
        const found = wrong.get(column) ?? { count: 0, named: [] }
        wrong.set(column, found)
        found.count++
        if (found.named.length < NAMED)
          found.named.push(named(column, row[`is_${index}`] ?? null, sweep, row))
      }
  return last
}

function sweepOf(dialect: Dialect, table: string, columns: readonly Column[]): Sweep {
  const key = columns
    .filter(({ keyPlace }) => keyPlace > 0)
    .sort((one, other) => one.keyPlace - other.keyPlace)
    .map(({ name }) => name)
  const names = key.map((name) => `t.${name}`).join(', ')
  const bound = key.map(() => '?').join(', ')
  const within = (after: boolean, before: boolean) => [
    ...(after ? [`(${names}) > (${bound})`] : []),
    ...(before ? [`(${names}) <= (${bound})`] : []),
  ]
  const right = columns.map((column) => `(${rightly(dialect, column)})`)
  const seen = columns.flatMap((column, index) => [
    `CASE WHEN NOT ${right[index]} THEN 1 ELSE 0 END AS wrong_${index}`,
    `CASE WHEN NOT ${right[index]} THEN ${shown(column)} END AS is_${index}`,
  ])
  return {
    table,
    columns,
    key,
    last: (after) => {
      const where = after ? ` WHERE ${within(true, false)[0]}` : ''
      return `SELECT ${names} FROM ${table} t${where} ORDER BY ${names} LIMIT 1 OFFSET ${ROWS - 1}`
    },
    wrong: (after, before) => {
      const where = [...within(after, before), `NOT (${right.join(' AND ')})`].join(' AND ')
      return `SELECT ${[names, ...seen].join(', ')} FROM ${table} t WHERE ${where}`
    },
  }
}

/** The condition that a column of the row `t` holds what it may. */
function rightly(dialect: Dialect, column: Column): string {
  const value = `t.${column.name}`
  const holds = valuesOf(column)?.hold(value)
  const right = `${dialect.isOf(column.type, value)}${holds === undefined ? '' : ` AND ${holds}`}`
  return column.mayBeNull ? `${value} IS NULL OR (${right})` : right
}

/** Octets stay where they are: they may be a message, or no text at all. */
const shown = ({ name, type }: Column): string =>
  type === 'octets' ? 'NULL' : `SUBSTR(CAST(t.${name} AS TEXT), 1, 40)`

const types = { text: 'a text', number: 'a whole number', octets: 'octets' } as const

function tell({ findings }: CheckRun, column: Column, { count, named: some }: Wrong): void {
  const words = `${valuesOf(column)?.words ?? types[column.type]}${column.mayBeNull ? ' or nothing' : ''}`
  const more = count > some.length ? ` and ${(count - some.length).toLocaleString('en')} more` : ''
  const rows = count === 1 ? '1 row holds' : `${count.toLocaleString('en')} rows hold`
  findings.add(
    `table ${column.table}, column ${column.name}`,
    `${rows} something other than ${words}: ${some.join('; ')}${more}.`,
    remedy,
  )
}

function named({ type }: Column, value: Value, { key }: Sweep, row: Row): string {
  const at = key.map((name) => `${name} ${said(row[name] ?? null)}`).join(', ')
  return type === 'octets' ? at : `${said(value)} in ${at}`
}

function said(value: Value): string {
  if (value === null) return 'nothing'
  if (value instanceof Uint8Array) return Buffer.from(value.subarray(0, 8)).toString('hex')
  return typeof value === 'number' ? String(value) : JSON.stringify(value.slice(0, 60))
}
