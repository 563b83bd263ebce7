/** A mailbox here that one of a scripted IMAP server is copied into. */
import { after, afterEach } from 'node:test'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import type { ImapDeadlines } from '#src/clients/imap/deadlines.ts'
import { ManualClock } from './manual-clock.ts'
import { type MigratedMailbox, migratedMailbox } from './migrated-mailbox.ts'
import { type StubFolder, type StubMailbox, stubImapMailbox } from './stub-imap-mailbox.ts'

const servers: StubMailbox[] = []
const mailboxes: MigratedMailbox[] = []
const stops: (() => void)[] = []
afterEach(() => {
  for (const each of servers.splice(0)) each.close()
  for (const stop of stops.splice(0)) stop()
})
after(async () => {
  for (const each of mailboxes) await each.remove()
})

export const text = (no: number, body = `Text ${no}`, id: number | string = no) =>
  `Message-ID: <${id}@a.example>\r\nDate: Fri, 1 Jan 2021 00:00:00 +0000\r\nSubject: No ${no}\r\n\r\n${body}\r\n`
export const messages = (...uids: number[]) =>
  uids.map((uid) => ({ uid, text: text(uid), flags: [] as string[] }))

export async function start(
  folders: StubFolder[],
  settings: Parameters<typeof migratedMailbox>[1] = {},
  capabilities = '',
  deadlines: Partial<ImapDeadlines> = {},
) {
  const server = await stubImapMailbox(folders, { capabilities })
  servers.push(server)
  const source = openImapSource({
    host: '127.0.0.1',
    port: server.port,
    tls: { mode: 'clear' },
    // The stub has one folder open, not one for each connection.
    connections: 1,
    deadlines,
    signIn: { kind: 'own', credentialsOf: async (name) => ({ name, password: 'Correct-horse-9' }) },
  })
  const clock = new ManualClock()
  stops.push(clock.leap())
  const mailbox = await migratedMailbox(source, { clock, ...settings })
  mailboxes.push(mailbox)
  const ledger = async () =>
    (await mailbox.store.migration.listLedgerItems(mailbox.at, { after: null, limit: 100 })).rows
  return { server, source, mailbox, ledger, folder: (at: number) => server.folders[at]! }
}

/** How many items each folder has here. */
export const counts = async (mailbox: MigratedMailbox) =>
  Object.fromEntries(
    Object.entries(await mailbox.picture())
      .map(([path, items]) => [path, items.length] as const)
      .sort(),
  )
