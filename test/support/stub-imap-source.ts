import { openImapSource } from '#connectors/imap/imap-source.ts'
import type { ImapSourceOptions } from '#connectors/imap/server.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { type StubFolder, type StubMailbox, stubImapMailbox } from './stub-imap-mailbox.ts'

/** An old IMAP server with these folders, and the source that reads it; whoever asks closes the server. */
export async function stubImapSource(
  folders: StubFolder[],
  options: Parameters<typeof stubImapMailbox>[1] = {},
  more: Partial<ImapSourceOptions> = {},
): Promise<{ server: StubMailbox; source: MailboxSource }> {
  const server = await stubImapMailbox(folders, options)
  const source = openImapSource({
    host: '127.0.0.1',
    port: server.port,
    tls: { mode: 'clear' },
    signIn: { kind: 'own', credentialsOf: async (name) => ({ name, password: 'Correct-horse-9' }) },
    ...more,
  })
  return { server, source }
}
