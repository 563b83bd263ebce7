import type { ListEntry, ListReturn, ListSelection } from '#src/wire/imap/list.ts'
import { formatList } from '#src/wire/imap/list.ts'
import { formatStatus, type MailboxStatus, type StatusItem } from '#src/wire/imap/mailbox-status.ts'
import type { ImapConnection } from './connection.ts'
import { ImapFailure } from './failure.ts'

/** A folder as LIST tells of it. */
export type ImapFolder = {
  name: string
  /** null: names have no levels. */
  delimiter: string | null
  /** `\HasChildren`, `\Noselect`, `\Sent`, …, each with its backslash. */
  attributes: readonly string[]
  /** When it was asked for. */
  subscribed?: boolean
  /** When it was asked for, the folder can be selected and the server answered as it should. */
  status?: MailboxStatus
}

export type FolderWishes = {
  /** `*` and `%` are wildcards; everything when nothing is said. */
  patterns?: readonly string[]
  reference?: string
  /** Only what is subscribed. */
  subscribedOnly?: boolean
  /** Tell which are subscribed. */
  subscribed?: boolean
  status?: readonly StatusItem[]
}

type Server = { connection: ImapConnection; has: (capability: string) => boolean }

/** Folders in the server's order, in one round trip where LIST-EXTENDED and LIST-STATUS are there. */
export async function listFolders(server: Server, wishes: FolderWishes): Promise<ImapFolder[]> {
  const { has } = server
  const items = wishes.status?.filter((item) => isAnswered(item, has))
  if (items?.includes('MAILBOXID') && items.length > 1 && !has('IMAP4REV2'))
    return listWithIds(server, wishes)
  const extended = has('LIST-EXTENDED')
  const found = extended
    ? await listExtended(server, wishes, has('LIST-STATUS') ? items : undefined)
    : await listPlain(server, wishes)
  if (items === undefined || items.length === 0 || (extended && has('LIST-STATUS'))) return found
  const asked = found.filter(
    ({ attributes }) => !attributes.some((each) => /^\\(noselect|nonexistent)$/i.test(each)),
  )
  await Promise.all(
    asked.map(async (folder) => {
      const status = await statusOf(server, folder.name, items)
      if (status !== undefined) folder.status = status
    }),
  )
  return found
}

/**
 * Ids apart from counts: Cyrus 3.6 writes whatever lies in freed memory as MAILBOXID where STATUS asks for counts too. A folder that came or
 * was renamed between the two lists is asked for by itself.
 */
async function listWithIds(server: Server, wishes: FolderWishes): Promise<ImapFolder[]> {
  const { reference, patterns, subscribedOnly, status = [] } = wishes
  const named = await listFolders(server, {
    ...(reference !== undefined && { reference }),
    ...(patterns && { patterns }),
    ...(subscribedOnly && { subscribedOnly }),
    status: ['MAILBOXID'],
  })
  const ids = new Map(named.map(({ name, status: told }) => [name, told?.MAILBOXID]))
  const counts = status.filter((item) => item !== 'MAILBOXID')
  const found = await listFolders(server, { ...wishes, status: counts })
  for (const folder of found) {
    if (folder.status === undefined) continue
    const id = ids.has(folder.name)
      ? ids.get(folder.name)
      : (await statusOf(server, folder.name, ['MAILBOXID']))?.MAILBOXID
    if (id !== undefined) folder.status.MAILBOXID = id
  }
  return found
}

/** Undefined where the server tells nothing of one, which is no reason to know nothing of the others. */
async function statusOf(
  { connection }: Server,
  name: string,
  items: readonly StatusItem[],
): Promise<MailboxStatus | undefined> {
  try {
    return await askStatus(connection, name, items)
  } catch (error) {
    if (!isOfOne(connection, error)) throw error
    return undefined
  }
}

/** A failure of one command, with which the connection lives on. */
const isOfOne = (connection: ImapConnection, error: unknown): boolean =>
  error instanceof ImapFailure &&
  (error.kind === 'refused' || error.kind === 'protocol') &&
  connection.failure === undefined

/** STATUS (RFC 9051 §6.3.11). */
export async function askStatus(
  connection: ImapConnection,
  mailbox: string,
  items: readonly StatusItem[],
): Promise<MailboxStatus> {
  let found: MailboxStatus | undefined
  await connection.run({
    name: 'STATUS',
    args: formatStatus({ mailbox, items }, connection.utf8),
    lane: `status ${mailbox}`,
    take: (data) => {
      if (data.name !== 'STATUS' || data.mailbox !== mailbox) return false
      found = data.status
      return true
    },
  })
  if (found === undefined) throw new ImapFailure('protocol', 'The server answers STATUS without a status')
  return found
}

const needs: Partial<Record<StatusItem, string>> = {
  HIGHESTMODSEQ: 'CONDSTORE',
  SIZE: 'STATUS=SIZE',
  MAILBOXID: 'OBJECTID',
  APPENDLIMIT: 'APPENDLIMIT',
}

/** A server that does not know an item answers BAD to all of them. */
function isAnswered(item: StatusItem, has: (capability: string) => boolean): boolean {
  const capability = needs[item]
  return capability === undefined || has(capability) || (capability === 'CONDSTORE' && has('QRESYNC'))
}

async function listExtended(
  { connection, has }: Server,
  wishes: FolderWishes,
  status: readonly StatusItem[] | undefined,
): Promise<ImapFolder[]> {
  const { subscribedOnly = false, subscribed = false, reference = '', patterns = ['*'] } = wishes
  const selection: ListSelection[] = subscribedOnly ? ['SUBSCRIBED'] : []
  const returns: ListReturn = {
    children: true,
    ...(subscribed && { subscribed }),
    ...(has('SPECIAL-USE') && { specialUse: true }),
    ...(status !== undefined && status.length > 0 && { status }),
  }
  const folders: ImapFolder[] = []
  const statuses = new Map<string, MailboxStatus>()
  await connection.run({
    name: 'LIST',
    args: formatList({ selection, reference, patterns, returns }, connection.utf8),
    lane: 'list',
    take: (data) => {
      if (data.name === 'LIST') folders.push(folderOf(data.entry, subscribed || subscribedOnly))
      else if (data.name === 'STATUS' && status !== undefined) statuses.set(data.mailbox, data.status)
      else return false
      return true
    },
  })
  for (const folder of folders) {
    const found = statuses.get(folder.name)
    if (found !== undefined) folder.status = found
  }
  return folders
}

function folderOf({ mailbox, delimiter, attributes }: ListEntry, asked: boolean): ImapFolder {
  const subscribed = attributes.some((each) => /^\\subscribed$/i.test(each))
  return { name: mailbox, delimiter, attributes, ...(asked && { subscribed }) }
}

async function listPlain({ connection }: Server, wishes: FolderWishes): Promise<ImapFolder[]> {
  const { subscribedOnly = false, subscribed = false, reference = '', patterns = ['*'] } = wishes
  const folders = new Map<string, ImapFolder>()
  const run = async (name: 'LIST' | 'LSUB', found: (entry: ListEntry) => void) => {
    for (const pattern of patterns)
      await connection.run({
        name,
        args: formatList({ selection: [], reference, patterns: [pattern] }, connection.utf8),
        lane: 'list',
        take: (data) => {
          if (data.name !== name) return false
          found(data.entry)
          return true
        },
      })
  }
  if (!subscribedOnly) {
    await run('LIST', ({ mailbox, delimiter, attributes }) => {
      const folder = { name: mailbox, delimiter, attributes, ...(subscribed && { subscribed: false }) }
      folders.set(mailbox, folder)
    })
  }
  if (!subscribedOnly && !subscribed) return [...folders.values()]
  try {
    await run('LSUB', ({ mailbox, delimiter, attributes }) => {
      const known = folders.get(mailbox)
      if (known !== undefined) known.subscribed = true
      // RFC 3501 §6.3.9: \Noselect here says that only something below is subscribed.
      else if (subscribedOnly && !attributes.some((each) => /^\\noselect$/i.test(each)))
        folders.set(mailbox, { name: mailbox, delimiter, attributes, subscribed: true })
    })
  } catch (error) {
    // It is no reason to know nothing of the folders.
    if (subscribedOnly || !isOfOne(connection, error)) throw error
    for (const folder of folders.values()) delete folder.subscribed
  }
  return [...folders.values()]
}
