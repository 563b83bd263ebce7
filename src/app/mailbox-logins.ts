import { isUtf8 } from 'node:buffer'
import { access, constants, readFile, stat } from 'node:fs/promises'
import { setTimeout as pauseFor } from 'node:timers/promises'
import { openTable } from '#connectors/exchange-csv/table.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { Refusal } from '#src/domain/refusal.ts'

type Login = { name: string; password: string }
type Logins = ReadonlyMap<string, Login>
/** A file as it lies there; `changedAt`: epoch milliseconds. */
type Version = { mark: string; changedAt: number }

/** Whoever writes a file again is still at it, as far as we can tell, for so long after its last change. */
const WRITING_MS = 10_000
/** Nothing of a file is tried before it was left alone for so long: a line may be of two passwords until all is written. */
const STEADY_MS = 1_000
/** Looks at one that never is. */
const MOST_LOOKS = 10

const fault = (message: string, kind: 'refused' | 'mailbox-permanent' = 'refused') =>
  new SourceFailure(kind, 'LOGINS', message, { ofSignIn: kind === 'refused' })

/**
 * Names and passwords of mailboxes of a server without a master account: a CSV file with the columns Address, User (the address where it
 * is empty) and Password, which nobody but its owner may read. Read again when it changed and was left alone for a second; while it
 * is being written, what was read before counts. The answer rejects with SourceFailure.
 */
export function mailboxLogins(
  file: string,
  { now = Date.now, pause = pauseFor }: { now?: () => number; pause?: (ms: number) => Promise<unknown> } = {},
): (mailbox: string) => Promise<Login> {
  const leftAlone = async (): Promise<Version> => {
    for (let look = 1; ; look++) {
      const version = await versionOf(file)
      const agoMs = Math.abs(now() - version.changedAt)
      if (version.mark === known?.mark || agoMs >= STEADY_MS || look === MOST_LOOKS) return version
      await pause(STEADY_MS - agoMs)
    }
  }
  let known: { mark: string; logins: Promise<Logins> } | undefined
  let good: Logins | undefined
  const isRecent = (changedAt: number) => Math.abs(now() - changedAt) < WRITING_MS
  const read = async (): Promise<Logins> => {
    const { mark, changedAt } = await leftAlone()
    const isBeingWritten = isRecent(changedAt)
    if (known?.mark !== mark) {
      const reading = { mark, logins: readLogins(file, mark) }
      known = reading
      // What stood in the way may be gone by the next time.
      reading.logins.catch(() => {
        if (known === reading) known = undefined
      })
    }
    try {
      const logins = await known.logins
      // Rows may be missing still.
      if (isBeingWritten && good !== undefined) return new Map([...good, ...logins])
      good = logins
      return logins
    } catch (error) {
      if (isBeingWritten && good !== undefined) return good
      throw error
    }
  }
  return async (mailbox) => {
    const login = (await read()).get(mailbox.toLowerCase())
    if (login !== undefined) return login
    if (isRecent((await versionOf(file)).changedAt)) throw stillWritten(file, mailbox)
    throw fault(`${file} has no row for ${mailbox}. Add one, then retry the mailbox.`, 'mailbox-permanent')
  }
}

/** Rejects with SourceFailure unless the file is there and nobody but its owner, who we are, may read it. */
export async function requireLogins(file: string): Promise<void> {
  await versionOf(file)
  await access(file, constants.R_OK).catch((error: unknown) => {
    throw unreadable(file, error)
  })
}

const unreadableWords: Readonly<Record<string, string>> = {
  ENOENT: 'is not there on the machine of the service',
  ENOTDIR: 'is not there on the machine of the service',
  EACCES: 'may not be read by the service',
  EISDIR: 'is a folder',
}

const unreadable = (file: string, error: unknown) => {
  const { code = '' } = error as NodeJS.ErrnoException
  const why = unreadableWords[code] ?? `cannot be read (${code})`
  return fault(`${file}, the file with the passwords of the mailboxes, ${why}.`)
}

async function versionOf(file: string): Promise<Version> {
  const found = await stat(file).catch((error: unknown) => {
    throw unreadable(file, error)
  })
  if ((found.mode & 0o077) !== 0)
    throw fault(`Others may read the passwords in ${file}. Take that right away with "chmod 600 ${file}".`)
  return { mark: [found.ino, found.size, found.mtimeMs].join(' '), changedAt: found.mtimeMs }
}

/** Whether the last line of a text in UTF-8, or in UTF-16 of either order, has one. */
const hasEnd = (octets: Buffer): boolean => {
  const isWide = /^(?:\xff\xfe|\xfe\xff)/.test(octets.toString('latin1', 0, 2))
  const [last, before] = [octets.at(-1)!, octets.at(-2)]
  const isEnd = (octet: number | undefined) => octet === 10 || octet === 13
  return isWide ? (isEnd(last) && before === 0) || (isEnd(before) && last === 0) : isEnd(last)
}

/** A password of which a part was written would be refused, and may lock the account. */
const notWhole = (message: string) => new SourceFailure('refused', 'LOGINS', message)

/** Its row may come yet. */
const stillWritten = (file: string, mailbox: string) =>
  new SourceFailure(
    'transient',
    'LOGINS',
    `${file} was changed just now and has no row for ${mailbox}. It is read again by itself; add the row where it lacks one.`,
    { ofMailbox: true },
  )

async function readLogins(file: string, mark: string): Promise<Logins> {
  try {
    const octets = await readFile(file)
    // UTF-16 begins with its mark; of an older encoding nothing says which one it is, and a password must be right.
    if (!isUtf8(octets) && !/^(?:\xff\xfe|\xfe\xff)/.test(octets.toString('latin1', 0, 2)))
      throw fault(`${file} is not UTF-8. Save it as "CSV UTF-8".`)
    if (octets.length > 0 && !hasEnd(octets))
      throw notWhole(
        `The last line of ${file} has no end, as if the file was not written whole. Write it anew, with a line break behind its last line.`,
      )
    const { columns, rows } = await openTable(file)
    for (const name of ['Address', 'Password'])
      if (!columns.some((column) => column.toLowerCase() === name.toLowerCase()))
        throw fault(`${file} lacks the column ${name}. Its first line is Address,User,Password.`)
    const logins = new Map<string, Login>()
    const lines = new Map<string, string>()
    for await (const some of rows())
      for (const row of some) {
        const address = row.value('Address').trim()
        const user = columns.some((column) => column.toLowerCase() === 'user') ? row.value('User').trim() : ''
        const password = row.value('Password')
        if (address === '') throw fault(`${row.where} has no address.`)
        if (password === '') throw fault(`${row.where} has no password for ${address}.`)
        const key = address.toLowerCase()
        const before = lines.get(key)
        if (before !== undefined)
          throw fault(`${before} and ${row.where} are both of ${address}. Leave one of them out.`)
        lines.set(key, row.where)
        logins.set(key, { name: user === '' ? address : user, password })
      }
    if ((await versionOf(file)).mark !== mark)
      throw notWhole(`${file} was changed while it was read. It is read again by itself.`)
    return logins
  } catch (error) {
    // Its sentence names the line and nothing that stands in it.
    if (error instanceof Refusal) throw fault(error.message)
    if (error instanceof Error && 'syscall' in error) throw unreadable(file, error)
    throw error
  }
}

/** What is wrong with the file as a whole, for people; undefined: nothing. */
export const loginsFault = (file: string): Promise<string | undefined> =>
  requireLogins(file).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof SourceFailure) return error.message
      throw error
    },
  )
