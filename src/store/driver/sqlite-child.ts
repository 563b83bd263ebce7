import Database from 'better-sqlite3'
import { sqliteCode } from './sqlite-trouble.ts'

/** Work on a whole database that may take hours, in a process of its own: SQLite cannot be interrupted, a process can. */
export type ChildTask =
  | { task: 'verify'; file: string }
  | { task: 'copy'; file: string; to: string }
  | { task: 'extract'; file: string; to: string; tables: readonly string[]; organization: string }
export type ChildAnswer =
  | { done: number; total: number }
  | { lines: string[] }
  | { failure: string; code: string | undefined }

/** Pages copied at once. */
const STEP_PAGES = 1_024

// A signal to the whole group is the parent's to act on; when that is gone, nobody wants the outcome.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.on('disconnect', () => process.exit())
process.once('message', async (task: ChildTask) => {
  try {
    tell({ lines: await perform(task) }, done)
  } catch (error) {
    tell({ failure: error instanceof Error ? error.message : String(error), code: sqliteCode(error) }, done)
  }
})

function perform(task: ChildTask): string[] | Promise<string[]> {
  if (task.task === 'verify') return verify(task.file)
  return task.task === 'copy' ? copy(task.file, task.to) : extract(task)
}

function done(): void {
  process.disconnect?.()
}

function verify(file: string): string[] {
  const database = new Database(file, { readonly: true, timeout: 5_000 })
  const lines = database.prepare('PRAGMA quick_check(100)').pluck().all() as string[]
  database.close()
  return lines.filter((line) => line !== 'ok')
}

/**
 * Page by page. The open transaction holds one moment of the source: without it the copy would begin anew with each
 * write of another connection, and never end.
 */
async function copy(file: string, to: string): Promise<string[]> {
  const source = new Database(file, { readonly: true, timeout: 5_000 })
  source.exec('BEGIN')
  source.prepare('SELECT COUNT(*) FROM sqlite_schema').get()
  await source.backup(to, {
    progress: ({ totalPages, remainingPages }) => {
      if (totalPages > 0) tell({ done: totalPages - remainingPages, total: totalPages })
      return STEP_PAGES
    },
  })
  source.close()
  const target = new Database(to)
  // It lies there as one file, without a log.
  target.pragma('journal_mode = DELETE')
  target.close()
  return []
}

/** Rows of one organisation at one moment, in tables and indexes like those they are in. Nobody needs that file after a crash. */
function extract({ file, to, tables, organization }: ChildTask & { task: 'extract' }): string[] {
  const database = new Database(to)
  // OFF is passed over in silence by a database in defensive mode, as these are.
  database.pragma('journal_mode = MEMORY')
  database.pragma('synchronous = OFF')
  database.prepare('ATTACH ? AS source').run(file)
  database.exec('BEGIN')
  const schema = database.prepare<[string, string], string>(
    'SELECT sql FROM source.sqlite_schema WHERE type = ? AND tbl_name = ? AND sql IS NOT NULL',
  )
  for (const table of tables) {
    for (const made of schema.pluck().all('table', table)) database.exec(made)
    database
      .prepare(`INSERT INTO main.${table} SELECT * FROM source.${table} WHERE org = ?`)
      .run(organization)
    for (const made of schema.pluck().all('index', table)) database.exec(made)
  }
  database.exec('COMMIT')
  database.close()
  return []
}

function tell(answer: ChildAnswer, sent?: () => void): void {
  process.send?.(answer, undefined, undefined, sent)
}
