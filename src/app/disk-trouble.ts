import { sqliteCode, sqliteTrouble } from '#src/store/driver/sqlite-trouble.ts'

const mayNot = 'this user may not; give it the right, or run as the user the data belongs to'
const isFull = 'the disk is full; make room'
const reasons: Record<string, string> = {
  EACCES: mayNot,
  EPERM: mayNot,
  EROFS: 'the disk can only be read; mount it for writing',
  ENOSPC: isFull,
  EDQUOT: 'the disk quota of this user is used up; make room',
  EIO: 'the disk fails; look into the log of the system',
  ENOTDIR: 'part of the path is a file, not a folder; name another folder',
  EISDIR: 'it is a folder, where a file should be; move it away',
  ELOOP: 'its links lead in a circle; name another folder',
  ENAMETOOLONG: 'the path is too long; name another folder',
  EEXIST: 'something else of that name is in the way, perhaps a link that leads nowhere; move it away',
  ENOENT: 'it is not there and cannot be made; name another folder, or bring it back',
  EMFILE: 'too many files are open; raise the limit (ulimit -n)',
  ENFILE: 'too many files are open on this machine; raise the limit',
}

const databaseReasons: [start: string, reason: string][] = [
  ['SQLITE_CANTOPEN', mayNot],
  ['SQLITE_READONLY', `it can only be written by another user, or not at all; check owner, mode and mount`],
  ['SQLITE_PERM', mayNot],
  ['SQLITE_AUTH', mayNot],
  ['SQLITE_BUSY', 'another program uses it; end that one'],
  ['SQLITE_LOCKED', 'another program uses it; end that one'],
]

/** Why a file or folder could not be used, with what to do; undefined where the disk is not to blame. */
export function diskReason(error: unknown): string | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException
  return syscall === undefined || code === undefined ? undefined : reasons[code]
}

/** Trouble with files and with the database file is the machine's, not ours: a sentence about it, or undefined. */
export function diskTrouble(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const database = sqliteCode(error)
  if (database !== undefined) {
    const known = sqliteTrouble(error)
    if (known !== error) return (known as Error).message
    const reason = databaseReasons.find(([start]) => database.startsWith(start))?.[1]
    return reason && `The database in the data folder cannot be used: ${reason} (${database}).`
  }
  const { code, path, dest, syscall } = error as NodeJS.ErrnoException & { dest?: string }
  if (syscall === undefined || code === undefined) return undefined
  const reason = reasons[code]
  if (reason === undefined) return undefined
  // Only what cannot be meant as an answer to a question of ours is told without saying of what.
  if (path === undefined) return reason === isFull ? `The data folder cannot be used: ${reason}.` : undefined
  return `${dest ?? path} cannot be used: ${reason}.`
}
