import { primaryAddress, type User } from '#src/domain/directory/entry.ts'
import type { Authenticated } from '#src/domain/directory/login/authenticator.ts'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import type { DirectoryReader } from '#src/domain/directory/store.ts'
import type { RequestHeaders } from '#src/wire/ews/message.ts'
import { EwsRefusal } from './refusal-codes.ts'

/** Who asks. */
export type EwsCaller = {
  /** Who signed in. */
  login: Authenticated
  /** Whose rights count and in whose name mail goes out: the same, or the one who is impersonated. */
  acting: Authenticated
  /** May look and change nothing. */
  readOnly: boolean
}

/**
 * Takes the place of the mailbox owner that ExchangeImpersonation names, with all rights of that owner (IMP-03). It is for those who
 * have full access to the mailbox: a migration administrator is one of them. Refuses ErrorNonExistentMailbox,
 * ErrorImpersonateUserDenied.
 */
export async function callerOf(
  directory: DirectoryReader,
  login: Authenticated,
  impersonation: RequestHeaders['ExchangeImpersonation'],
): Promise<EwsCaller> {
  if (impersonation === undefined) return { login, acting: login, readOnly: false }
  const sid = impersonation.ConnectingSID
  const address = sid.PrimarySmtpAddress?.Value ?? sid.SmtpAddress?.Value ?? sid.PrincipalName?.Value
  if (address === undefined) throw denied()
  const { organization } = login
  const entry = await directory.findEntry(organization, { address: address.trim() })
  if (entry === undefined || entry.home !== 'local' || entry.mailbox === null || entry.state !== 'ENABLED') {
    throw new EwsRefusal(
      'ErrorNonExistentMailbox',
      'no-such-mailbox',
      'There is no mailbox here for the address to be impersonated.',
    )
  }
  if (entry.id !== login.user.id) {
    const rights = await directory.mailboxRights(organization, entry.id, login.user.id)
    if ((rights & MailboxRight.fullAccess) === 0) throw denied()
  }
  // Of a resource nothing is used that a user has and it has not.
  const acting: Authenticated = { organization, user: entry as User, mailbox: entry.mailbox, by: 'service' }
  return { login, acting, readOnly: false }
}

const denied = () =>
  new EwsRefusal(
    'ErrorImpersonateUserDenied',
    'not-allowed',
    'The account does not have permission to impersonate the requested user. Full access to the mailbox gives it.',
  )

/** The address that is shown for whoever acts. */
export const addressOfCaller = ({ acting }: EwsCaller): string =>
  primaryAddress(acting.user) ?? `${acting.user.name}@invalid`
