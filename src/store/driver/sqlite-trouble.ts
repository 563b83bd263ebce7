import { NoRoom, Refusal } from '#src/domain/refusal.ts'

/**
 * SQLite's words for trouble with the disk or the file, as refusals: `try-later` when the disk is full or fails,
 * `damaged` when the file is not a sound database. Any other error is given back as it is. `file`: where it is known.
 */
export function sqliteTrouble(error: unknown, file?: string): unknown {
  const code = sqliteCode(error)
  if (code === undefined) return error
  const refuse = (reason: 'try-later' | 'damaged', sentence: string) =>
    new Refusal(reason, sentence, { cause: error })
  if (code === 'SQLITE_FULL') return new NoRoom(diskIsFull, { cause: error })
  if (code.startsWith('SQLITE_IOERR')) {
    return refuse(
      'try-later',
      `The disk under the data folder fails (${code}). Look whether it is full, then at the log of the system.`,
    )
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return damagedDatabase((error as Error).message, file, { cause: error })
  }
  return error
}

/** Of a database that cannot be worked with, and why. */
export const damagedDatabase = (why: string, file?: string, options?: ErrorOptions): Refusal =>
  new Refusal(
    'damaged',
    `The database ${file ?? 'landbridge.sqlite in the data folder'} is damaged (${why}). Move the data folder away and bring the data back with "landbridge restore BACKUP".`,
    options,
  )

const diskIsFull =
  'The disk of the data folder is full, so nothing can be written. Make room there, then try again.'

/** A file of ours that found no room, as a refusal; any other error as it is. */
export function roomTrouble(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT' ? new NoRoom(diskIsFull, { cause: error }) : error
}

/** `SQLITE_FULL` and the like; undefined for an error that is not of SQLite. */
export function sqliteCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined
}
