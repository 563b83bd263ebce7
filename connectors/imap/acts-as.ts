import { randomUUID } from 'node:crypto'
import { Recent } from '#src/base/recent.ts'
import { untilAborted } from '#src/base/until-aborted.ts'
import { ImapFailure } from '#src/clients/imap/failure.ts'
import { type ImapServer, openImapSession } from '#src/clients/imap/open-session.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { type ImapSourceOptions, serverFor } from './server.ts'

/**
 * Servers and accounts that were seen to mind, or are being tried: most refuse one of the sign-ins of a trial, and whoever is refused
 * several times at once is locked out.
 */
const trials = new Recent<Promise<void>>(64)

/**
 * Refuses where the server takes the name of another mailbox beside ours (SASL PLAIN, RFC 4616) and opens our own all the same, as Courier
 * does: everybody would get the mail of the master account. `session` is signed in for `mailbox`. Known by an INBOX that is the one
 * of the master, for that mailbox and for one that nobody has. Rejects with SourceFailure `refused`, and with ImapFailure.
 */
export async function requireActsAs(
  options: ImapSourceOptions,
  mailbox: string,
  session: ImapSession,
  signal: AbortSignal,
): Promise<void> {
  const { signIn, host, port } = options
  if (signIn.kind !== 'master' || signIn.form !== 'authorization') return
  const server = await serverFor(options, mailbox)
  if ('actAs' in server.credentials && server.credentials.actAs === signIn.name) return
  const place = JSON.stringify([host, port, signIn.name])
  for (let other = trials.get(place); other !== undefined; other = trials.get(place))
    try {
      return await untilAborted(other, signal)
    } catch (error) {
      // Whoever tried was stopped or cut off: that says nothing of the server.
      if (error instanceof SourceFailure || signal.aborted) throw error
    }
  const trial = tryOut(server, signIn, session, signal).catch((error: unknown) => {
    trials.delete(place)
    throw error
  })
  trials.set(place, trial)
  return trial
}

async function tryOut(
  server: ImapServer,
  { name, password }: { name: string; password: string },
  session: ImapSession,
  signal: AbortSignal,
): Promise<void> {
  const inboxAs = async (actAs: string): Promise<Inbox> => {
    let as: ImapSession
    try {
      const credentials = { name, password, ...(actAs !== '' && { actAs }) }
      as = await openImapSession({ ...server, credentials }, signal)
    } catch (error) {
      if (isRefusal(error)) return undefined
      throw error
    }
    try {
      return await inboxOf(as)
    } finally {
      await as.logout()
    }
  }
  const opened = await inboxOf(session)
  // Two mailboxes may look alike; the last one nobody has.
  for (const actAs of ['', `landbridge-${randomUUID()}`]) {
    const other = await inboxAs(actAs)
    // Mail may have come in between.
    if (!isSame(opened, other) && !isSame(await inboxOf(session), other)) return
  }
  throw new SourceFailure(
    'refused',
    'AUTHORIZATION',
    `${server.host} opens the mailbox of "${name}" whatever mailbox is named (Courier does so). ${remedy}`,
    { ofSignIn: true },
  )
}

const remedy =
  'Everybody would get its mail. Give the passwords of the mailboxes (--option logins=FILE), or the form in which the server takes a master account (--option form=…).'

const isRefusal = (error: unknown) =>
  error instanceof ImapFailure && (error.kind === 'credentials' || error.kind === 'refused')

type Inbox = { told: string; isEmpty: boolean; isOfCourier: boolean } | undefined

/** Whether they may be one. Courier gives an empty one another UIDVALIDITY every second. */
const isSame = (one: Inbox, other: Inbox): boolean =>
  one !== undefined &&
  other !== undefined &&
  (one.told === other.told || (one.isEmpty && other.isEmpty && one.isOfCourier))

/** What tells one INBOX from others; undefined where there is none. */
async function inboxOf(session: ImapSession): Promise<Inbox> {
  try {
    const { UIDVALIDITY, UIDNEXT, MESSAGES } = await session.status('INBOX', [
      'UIDVALIDITY',
      'UIDNEXT',
      'MESSAGES',
    ])
    return {
      told: [UIDVALIDITY, UIDNEXT, MESSAGES].join(' '),
      isEmpty: MESSAGES === 0,
      isOfCourier: session.capabilities.has('ACL2=UNION'),
    }
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}
