import type { OrganizationId } from '#src/base/ids.ts'
import { primaryAddress, type User } from '#src/domain/directory/entry.ts'
import type { Authenticated } from '#src/domain/directory/login/authenticator.ts'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import { effectOn } from '#src/domain/impersonation/role.ts'
import { getImpersonationRole } from '#src/domain/impersonation/roles.ts'
import type { Store } from '#src/domain/store.ts'
import type { RequestHeaders } from '#src/wire/ews/message.ts'
import { EwsRefusal } from './refusal-codes.ts'

/** Who proved who they are: a user, or a program with the token of an impersonation role (IMP-02). */
export type SignedIn =
  | { kind: 'user'; login: Authenticated }
  | { kind: 'role'; organization: OrganizationId; role: string }

/** Who asks. */
export type EwsCaller = {
  by: SignedIn
  /** Whose rights count and in whose name mail goes out: the user, or the one who is impersonated. */
  acting: Authenticated
  /** May look and change nothing. */
  readOnly: boolean
}

type Impersonation = RequestHeaders['ExchangeImpersonation']
type Stores = Pick<Store, 'directory' | 'directorySync' | 'organizations'>

/**
 * Takes the place of the mailbox owner that ExchangeImpersonation names, with all rights of that owner (IMP-03). It is for
 * programs whose impersonation role allows it, for the organisation's impersonation accounts, and for who has full access to the
 * mailbox. Refuses ErrorNonExistentMailbox, ErrorImpersonateUserDenied.
 */
export async function callerOf(
  stores: Stores,
  by: SignedIn,
  impersonation: Impersonation,
): Promise<EwsCaller> {
  if (impersonation === undefined) {
    if (by.kind === 'user') return { by, acting: by.login, readOnly: false }
    throw denied('With the token of a role name the mailbox in ExchangeImpersonation.')
  }
  const organization = by.kind === 'user' ? by.login.organization : by.organization
  const entry = await impersonated(stores, organization, impersonation)
  if (entry === undefined || entry.home !== 'local' || entry.mailbox === null || entry.state !== 'ENABLED') {
    throw new EwsRefusal(
      'ErrorNonExistentMailbox',
      'no-such-mailbox',
      'There is no mailbox here for the name to be impersonated.',
    )
  }
  const readOnly = await mayOnlyRead(stores, by, entry.id)
  // Of a resource nothing is used that a user has and it has not.
  const acting: Authenticated = { organization, user: entry as User, mailbox: entry.mailbox, by: 'service' }
  return { by, acting, readOnly }
}

/** By address, by user principal name, or by SID where the directory that somebody comes from tells them. */
async function impersonated(
  { directory, directorySync }: Stores,
  organization: OrganizationId,
  { ConnectingSID: named }: NonNullable<Impersonation>,
) {
  const text = (named.PrimarySmtpAddress ?? named.SmtpAddress ?? named.PrincipalName ?? named.SID)?.Value
  const address = text?.trim() ?? ''
  if (named.SID === undefined) {
    const found = await directory.findEntry(organization, { address })
    if (found !== undefined || named.PrincipalName === undefined) return found
  }
  const by = named.SID === undefined ? { upn: address } : { sid: address }
  const account = await directorySync.findAccount(organization, by)
  return account?.entry == null ? undefined : directory.findEntry(organization, { id: account.entry })
}

/** Whether looking is all that is allowed. Refuses ErrorImpersonateUserDenied. */
async function mayOnlyRead(
  { directory, organizations }: Stores,
  by: SignedIn,
  owner: User['id'],
): Promise<boolean> {
  if (by.kind === 'role') {
    const role = await getImpersonationRole(organizations, by.organization, by.role)
    if (effectOn(role, owner).effect === 'ALLOW') return role.type === 'READ_ONLY'
    throw denied('No rule of the impersonation role allows this mailbox, or one forbids it.')
  }
  const { organization, user } = by.login
  if (owner === user.id) return false
  const { settings } = await organizations.get(organization)
  if (settings.impersonationAccounts.includes(user.id)) return false
  if (((await directory.mailboxRights(organization, owner, user.id)) & MailboxRight.fullAccess) !== 0)
    return false
  throw denied('Full access to the mailbox gives the right, and so does being an impersonation account.')
}

const denied = (why: string) =>
  new EwsRefusal(
    'ErrorImpersonateUserDenied',
    'not-allowed',
    `The account does not have permission to impersonate the requested user. ${why}`,
  )

/** The address that is shown for whoever acts. */
export const addressOfCaller = ({ acting }: EwsCaller): string =>
  primaryAddress(acting.user) ?? `${acting.user.name}@invalid`
