import type { Entry } from '../directory/entry.ts'
import type { Authenticated } from '../directory/login/authenticator.ts'
import type { DirectoryReader } from '../directory/store.ts'
import { MailRefusal } from './intake.ts'

/** A login of this session that would not be accepted any more. */
export class SignedOut extends MailRefusal {
  constructor(sentence: string) {
    super('bad-credentials', '5.7.8', sentence)
  }
}

/**
 * Refuses `SignedOut` when the user of a session has been disabled or deleted, or got another password, since `loggedInAt`
 * (epoch milliseconds), or when the token that opened it was revoked or has expired. One indexed read, another one for a
 * token, and for a password when the entry has changed since.
 */
export async function requireStillSignedIn(
  directory: DirectoryReader,
  { organization, user, by, token }: Authenticated,
  loggedInAt: number | undefined,
  now: number,
): Promise<void> {
  const entry = await directory.findEntry(organization, { id: user.id })
  if (entry === undefined || !maySignIn(entry))
    throw new SignedOut('Your account is not enabled any more. Ask your administrator.')
  if (token !== undefined) {
    const known = await directory.findToken(organization, { id: token })
    if (known === undefined || known.expiresAt <= now)
      throw new SignedOut('Your access token is not valid any more. Make a new one and sign in with it.')
  }
  if (by === 'token' || entry.version === user.version || loggedInAt === undefined) return
  const credential = await directory.findCredential(organization, user.id)
  if (credential !== undefined && credential.changedAt >= loggedInAt)
    throw new SignedOut('Your password was changed. Sign in again with the new one.')
}

const maySignIn = (entry: Entry): boolean =>
  entry.kind === 'user' &&
  entry.state === 'ENABLED' &&
  entry.home === 'local' &&
  entry.role !== 'RESOURCE' &&
  entry.role !== 'REMOTE_USER'
