import { isUtf8 } from 'node:buffer'
import { readFile, stat } from 'node:fs/promises'
import { openTable } from '#connectors/exchange-csv/table.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { Refusal } from '#src/domain/refusal.ts'

type Login = { name: string; password: string }

const fault = (message: string, kind: 'refused' | 'mailbox-permanent' = 'refused') =>
  new SourceFailure(kind, 'LOGINS', message, { ofSignIn: kind === 'refused' })

/**
 * Names and passwords of mailboxes of a server without a master account: a CSV file with the columns Address, User (the address where it
 * is empty) and Password, which nobody but its owner may read. Read again when it changed. The answer rejects with SourceFailure.
 */
export function mailboxLogins(file: string): (mailbox: string) => Promise<Login> {
  let known: { version: string; logins: Promise<ReadonlyMap<string, Login>> } | undefined
  return async (mailbox) => {
    const version = await versionOf(file)
    if (known?.version !== version) {
      known = { version, logins: readLogins(file) }
      // What stood in the way may be gone by the next time.
      known.logins.catch(() => (known = undefined))
    }
    const login = (await known.logins).get(mailbox.toLowerCase())
    if (login !== undefined) return login
    throw fault(`${file} has no row for ${mailbox}. Add one, then retry the mailbox.`, 'mailbox-permanent')
  }
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

async function versionOf(file: string): Promise<string> {
  const found = await stat(file).catch((error: unknown) => {
    throw unreadable(file, error)
  })
  if ((found.mode & 0o077) !== 0)
    throw fault(`Others may read the passwords in ${file}. Take that right away with "chmod 600 ${file}".`)
  return [found.ino, found.size, found.mtimeMs].join(' ')
}

async function readLogins(file: string): Promise<ReadonlyMap<string, Login>> {
  try {
    const octets = await readFile(file)
    // UTF-16 begins with its mark; of an older encoding nothing says which one it is, and a password must be right.
    if (!isUtf8(octets) && !/^(?:\xff\xfe|\xfe\xff)/.test(octets.toString('latin1', 0, 2)))
      throw fault(`${file} is not UTF-8. Save it as "CSV UTF-8".`)
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
    return logins
  } catch (error) {
    // Its sentence names the line and nothing that stands in it.
    if (error instanceof Refusal) throw fault(error.message)
    if (error instanceof Error && 'syscall' in error) throw unreadable(file, error)
    throw error
  }
}
