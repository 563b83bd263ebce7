import { stat } from 'node:fs/promises'
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
    if (known?.version !== version) known = { version, logins: readLogins(file) }
    const login = (await known.logins).get(mailbox.toLowerCase())
    if (login !== undefined) return login
    throw fault(`${file} has no row for ${mailbox}. Add one, then retry the mailbox.`, 'mailbox-permanent')
  }
}

async function versionOf(file: string): Promise<string> {
  let found: Awaited<ReturnType<typeof stat>>
  try {
    found = await stat(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw fault(`${file}, the file with the passwords of the mailboxes, cannot be read (${code}).`)
  }
  if ((found.mode & 0o077) !== 0)
    throw fault(`Others may read the passwords in ${file}. Take that right away with "chmod 600 ${file}".`)
  return [found.ino, found.size, found.mtimeMs].join(' ')
}

async function readLogins(file: string): Promise<ReadonlyMap<string, Login>> {
  try {
    const { columns, rows } = await openTable(file)
    for (const name of ['Address', 'Password'])
      if (!columns.some((column) => column.toLowerCase() === name.toLowerCase()))
        throw fault(`${file} lacks the column ${name}. Its first line is Address,User,Password.`)
    const logins = new Map<string, Login>()
    for await (const some of rows())
      for (const row of some) {
        const address = row.value('Address').trim()
        const user = columns.some((column) => column.toLowerCase() === 'user') ? row.value('User').trim() : ''
        logins.set(address.toLowerCase(), {
          name: user === '' ? address : user,
          password: row.value('Password'),
        })
      }
    return logins
  } catch (error) {
    // Its sentence names the line and nothing that stands in it.
    if (error instanceof Refusal) throw fault(error.message)
    throw error
  }
}
