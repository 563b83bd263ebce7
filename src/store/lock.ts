import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { shellWord } from '#src/base/shell-word.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { manifestName } from './maintenance/manifest.ts'
import { makeFolder } from './make-folder.ts'

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

/** Others may look into the folder, and it is not plainly ours to close. The message says what to do. */
export class FolderOpenToOthers extends Error {
  override readonly name = 'FolderOpenToOthers'
}

/**
 * Takes the lock of a data folder, making the folder with mode 0700 when it is not there. One that is there is
 * closed to others, unless it holds what is not ours. Throws `DataLocked`, `FolderOpenToOthers`. Refuses `wrong-state` for a backup,
 * which could not be restored any more, unless it `mayBeBackup`.
 * The lock is one of the operating system on the file `lock`, which SQLite takes for us; `pid` is only a note.
 */
export function lockDataFolder(folder: string, { mayBeBackup = false } = {}): DataLock {
  if (!mayBeBackup) refuseBackup(folder)
  makeFolder(folder)
  closeToOthers(folder)
  const pidFile = join(folder, 'pid')
  const lock = openLock(join(folder, 'lock'))
  try {
    chmodSync(join(folder, 'lock'), 0o600)
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error
    throw new DataLocked(folder, readPid(pidFile))
  }
  try {
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 })
  } catch (error) {
    // It is only a note: on a full disk one must still be able to look and to delete.
    if (!isNoRoom(error)) {
      lock.close()
      throw error
    }
  }
  return {
    release() {
      if (!lock.open) return
      rmSync(pidFile, { force: true })
      lock.close()
    },
  }
}

function refuseBackup(folder: string): void {
  const manifest = join(folder, manifestName)
  if (!existsSync(manifest)) return
  throw new Refusal(
    'wrong-state',
    `${folder} is a backup, and opened as a data folder it would no longer be what its manifest says. Bring it back with "landbridge restore ${shellWord(folder)} --data FOLDER", which also checks it; or remove ${manifest} if this is to be the data folder.`,
  )
}

/** What a data folder holds. A volume of its own has `lost+found` besides. */
const ours =
  /^(landbridge\..*|(lock|pid|log|keys|bodies|spool|tls)|lock-journal|admin\.sock|access-keys\.json|lost\+found)$/

function closeToOthers(folder: string): void {
  const mode = statSync(folder).mode & 0o7777
  if (!(mode & 0o077)) return
  const foreign = readdirSync(folder).find((name) => !ours.test(name))
  if (foreign !== undefined) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0')
    throw new FolderOpenToOthers(
      `The folder ${folder} has mode ${octal}, so others can look into it, and it holds what is not Landbridge's (${foreign}). Name a folder of its own with --data, or run "chmod 700 ${folder}".`,
    )
  }
  chmodSync(folder, 0o700)
}

/** better-sqlite3 tells neither the path nor why. */
function openLock(file: string): Database.Database {
  try {
    return new Database(file, { timeout: 0 })
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('SQLITE_CANTOPEN')) throw whyNotOpened(file) ?? error
    throw error
  }
}

/** What the system says about opening a file for writing. */
function whyNotOpened(file: string): unknown {
  try {
    writeFileSync(file, '', { flag: 'a', mode: 0o600 })
    return undefined
  } catch (error) {
    return error
  }
}

const isNoRoom = (error: unknown) =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim())
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null
  } catch {
    return null
  }
}
