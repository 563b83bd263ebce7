import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'

/**
 * Text of a small file that holds a secret. One that others may read or write is refused with the chmod that
 * mends it. Everything that stands in the way is `KeyUnavailable`; `missing` when there is no such file.
 */
export async function readPrivateFile(path: string, { followLinks = false } = {}): Promise<string> {
  // Non-blocking, so that a pipe under that name is refused instead of waited for.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (followLinks ? 0 : constants.O_NOFOLLOW)
  try {
    await using file = await open(path, flags)
    const status = await file.stat()
    if (!status.isFile())
      throw new KeyUnavailable('denied', `${path} is not a regular file; put the key file there.`)
    if (status.mode & 0o077) {
      const mode = (status.mode & 0o777).toString(8).padStart(4, '0')
      const remedy = `Run \`chmod 600 ${path}\`, and think about who may have read it.`
      throw new KeyUnavailable(
        'denied',
        `${path} has mode ${mode}, so others can get at the secret in it. ${remedy}`,
      )
    }
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(longestSecretBytes + 1),
      0,
      longestSecretBytes + 1,
      0,
    )
    if (bytesRead > longestSecretBytes)
      throw new KeyUnavailable('unusable', `${path} is too long for a key file.`)
    return buffer.toString('utf8', 0, bytesRead)
  } catch (error) {
    throw fileTrouble(error, path)
  }
}

/** Refuses a folder into which others may look or write. */
export async function checkPrivateFolder(path: string): Promise<void> {
  try {
    const { mode } = await stat(path)
    if (!(mode & 0o077)) return
    const octal = (mode & 0o777).toString(8).padStart(4, '0')
    throw new KeyUnavailable(
      'denied',
      `The keys folder ${path} has mode ${octal}. Run \`chmod 700 ${path}\`.`,
    )
  } catch (error) {
    throw fileTrouble(error, path)
  }
}

/** The words of the file system turned into ours. */
export function fileTrouble(error: unknown, path: string): unknown {
  if (error instanceof KeyUnavailable || !isErrnoException(error)) return error
  const cause = { cause: error }
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new KeyUnavailable('missing', `${path} is not there. Restore it from a backup.`, cause)
    case 'EACCES':
    case 'EPERM':
      return new KeyUnavailable(
        'denied',
        `${path} may not be opened by this user. Give it to the service's user with chown, and that user the right to read it with chmod.`,
        cause,
      )
    case 'ELOOP':
      return new KeyUnavailable('denied', `${path} is a symbolic link. Put the file itself there.`, cause)
    default:
      return new KeyUnavailable(
        'unreachable',
        `${path} cannot be used: ${error.message}. Check its disk.`,
        cause,
      )
  }
}

const longestSecretBytes = 4096

const isErrnoException = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string' && 'syscall' in error
