import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/** A data folder that this process alone may use. The lock ends with `release`, or with the process however it dies. */
export type DataLock = { release(): void }

/** Another process uses the data folder. */
export class DataLocked extends Error {
  override readonly name = 'DataLocked'
  /** As that process noted it; null while it is just starting. */
  readonly pid: number | null

  constructor(folder: string, pid: number | null) {
    const who = pid === null ? 'another process' : `process ${pid}`
    super(
      `The data folder ${folder} is in use by ${who}. Stop that one first, or choose another folder with --data.`,
    )
    this.pid = pid
  }
}

/**
 * Takes the lock of a data folder, making the folder with mode 0700 when it is not there. Throws `DataLocked`.
 * The lock is one of the operating system on the file `lock`, which SQLite takes for us; `pid` is only a note.
 */
export function lockDataFolder(folder: string): DataLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const pidFile = join(folder, 'pid')
  const lock = new Database(join(folder, 'lock'), { timeout: 0 })
  try {
    chmodSync(join(folder, 'lock'), 0o600)
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error
    throw new DataLocked(folder, readPid(pidFile))
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 })
  return {
    release() {
      if (!lock.open) return
      rmSync(pidFile, { force: true })
      lock.close()
    },
  }
}

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim())
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null
  } catch {
    return null
  }
}
