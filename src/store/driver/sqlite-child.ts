import Database from 'better-sqlite3'
import { sqliteCode } from './sqlite-trouble.ts'

/** Work on a whole database that may take hours, in a process of its own: SQLite cannot be interrupted, a process can. */
export type ChildTask = { task: 'verify'; file: string } | { task: 'copy'; file: string; to: string }
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
    const lines = task.task === 'verify' ? verify(task.file) : await copy(task.file, task.to)
    tell({ lines }, done)
  } catch (error) {
    tell({ failure: error instanceof Error ? error.message : String(error), code: sqliteCode(error) }, done)
  }
})

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

function tell(answer: ChildAnswer, sent?: () => void): void {
  process.send?.(answer, undefined, undefined, sent)
}
