import { CarriedOctets } from '#src/base/carried-octets.ts'
import { openImapSession } from '#src/clients/imap/open-session.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { requireActsAs } from './acts-as.ts'
import { checkServer } from './check.ts'
import { sourceFailureOf } from './failure.ts'
import { imapMailbox } from './imap-mailbox.ts'
import { introduce } from './introduce.ts'
import { usualSizes } from './message-reader.ts'
import { type ImapSourceOptions, serverFor } from './server.ts'
import { MailboxSessions } from './sessions.ts'

const usualConnections = 4

/**
 * Mailboxes of any IMAP server, read only: folders are examined, bodies peeked at, so nothing becomes read. Mail alone; what IMAP
 * does not tell is named in the losses of the settings.
 */
export function openImapSource(given: ImapSourceOptions): MailboxSource {
  const { host, port, signIn, connections = usualConnections } = given
  let endsAt: number | undefined
  const heardCertificate = (at: number) => {
    endsAt = at
  }
  const carried = new CarriedOctets()
  const options: ImapSourceOptions = {
    ...given,
    carried,
    ...(given.tls.mode !== 'clear' && { tls: { ...given.tls, heardCertificate } }),
  }
  const failureOf = (error: unknown) => sourceFailureOf(error, signIn.kind)
  const resynchronizing = new WeakSet<ImapSession>()
  const open = async (mailbox: string, signal: AbortSignal) => {
    const session = await openImapSession(await serverFor(options, mailbox), signal)
    try {
      await introduce(session)
      if (options.compress !== false && session.capabilities.has('COMPRESS=DEFLATE')) await session.compress()
      if ((await session.enable('QRESYNC')).has('QRESYNC')) resynchronizing.add(session)
      return session
    } catch (error) {
      session.destroy()
      throw error
    }
  }
  return {
    name: `IMAP at ${host}`,
    server: `imap:${host}:${port}`,
    connections,
    carried: () => carried.total,
    check: (mailbox, signal) => checkServer(options, mailbox, signal),
    expiries: () => (endsAt === undefined ? [] : [{ what: 'certificate', of: `${host}:${port}`, endsAt }]),
    async open(mailbox, signal) {
      const sessions = new MailboxSessions((until) => open(mailbox, until), connections)
      try {
        // The first session shows whether there is such a mailbox.
        await sessions.use(null, signal, (session) => requireActsAs(options, mailbox, session, signal))
      } catch (error) {
        await sessions.close()
        throw failureOf(error)
      }
      return imapMailbox({
        mailbox,
        sessions,
        namespaces: options.namespaces ?? ['personal'],
        sizes: { ...usualSizes, ...options.sizes },
        resynchronizes: (session) => resynchronizing.has(session),
        failureOf,
      })
    },
    close: async () => {},
  }
}
