import { type EntryId, newEntryId, type OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { Home, User, UserRole } from './entry.ts'
import { changeEntry, type EntryChange, freshEntry, withChange } from './entry-changes.ts'
import { keptAsAccount } from './kept-elsewhere.ts'
import type { PasswordHash } from './login/password-hash.ts'
import { requirePassword } from './login/password-policy.ts'
import { changeDetails, type DetailsChange, invalid, requireText, requireUserName } from './names.ts'

type NewUser = {
  name: string
  displayName: string
  password?: string
  role?: UserRole
  hidden?: boolean
  details?: DetailsChange
  identityProviderUserId?: string | null
  /** Default `local`; `exchange` for a REMOTE_USER. */
  home?: Home
  /** Of a user that a directory source already knows by an id. */
  id?: EntryId
}

/**
 * Makes a user, DISABLED and without address (DIR-05 enables it).
 * Refuses `name-taken`, `reserved-name`, `password-policy`, `invalid-parameter`.
 */
export async function createUser(
  deps: { store: Store; passwords: PasswordHash },
  organization: OrganizationId,
  user: NewUser,
  now: number,
): Promise<User> {
  const role = requireRole(user.role ?? 'USER')
  const home = user.home ?? (role === 'REMOTE_USER' ? 'exchange' : 'local')
  if (role === 'REMOTE_USER' && home === 'local')
    throw invalid('A REMOTE_USER has no mailbox here: its home is exchange or external.')
  if (role === 'REMOTE_USER' && user.password !== undefined)
    throw invalid('A REMOTE_USER does not sign in here. Leave the password out.')
  const entry = {
    ...freshEntry(user.id ?? newEntryId(), requireUserName(user.name), user.displayName, now),
    kind: 'user' as const,
    role,
    home,
    hidden: user.hidden ?? false,
    details: changeDetails({}, user.details ?? {}),
    identityProviderUserId: providerId(user.identityProviderUserId),
  }
  const hash =
    user.password === undefined ? undefined : await deps.passwords.hash(requirePassword(user.password))
  return deps.store.transact({ organization }, async ({ directory }) => {
    const made = (await directory.createEntry(organization, entry)) as User
    if (hash === undefined) return made
    await directory.putCredential(organization, made.id, { hash, changedAt: now })
    return (await directory.getEntry(organization, made.id)) as User
  })
}

type UserChange = EntryChange & { role?: UserRole; identityProviderUserId?: string | null }

/** Refuses `no-such-entry`, `wrong-state`, `invalid-parameter`, `not-supported`, `name-taken` (of the identity provider's id). */
export async function updateUser(
  store: Store,
  organization: OrganizationId,
  id: EntryId,
  change: UserChange,
): Promise<User> {
  const requireNoAccount = await keptAsAccount(store, organization)
  return changeEntry(store, organization, id, ['user'], (user) => {
    requireNoAccount(user)
    return {
      ...withChange(user, change),
      role: change.role === undefined ? user.role : changedRole(user, change.role),
      identityProviderUserId:
        change.identityProviderUserId === undefined
          ? user.identityProviderUserId
          : providerId(change.identityProviderUserId),
    }
  })
}

/** Sets the password (DIR-09). Refuses `password-policy`, `no-such-entry`, `wrong-state`, `not-supported` for a REMOTE_USER and accounts of AD (DIR-03). */
export async function resetPassword(
  deps: { store: Store; passwords: PasswordHash },
  organization: OrganizationId,
  id: EntryId,
  password: string,
  now: number,
): Promise<void> {
  const hash = await deps.passwords.hash(requirePassword(password))
  const requireNoAccount = await keptAsAccount(deps.store, organization)
  await changeEntry(deps.store, organization, id, ['user'], async (user, directory) => {
    requireNoAccount(user)
    if (user.role === 'REMOTE_USER')
      throw new Refusal(
        'not-supported',
        'A REMOTE_USER does not sign in here, so it has no password to reset.',
      )
    await directory.putCredential(organization, id, { hash, changedAt: now })
    return user
  })
}

/** DIR-12. */
function requireRole(role: UserRole): UserRole {
  if (role === 'USER' || role === 'REMOTE_USER') return role
  throw invalid(`The role ${role} is given by the service itself. Use USER or REMOTE_USER.`)
}

function changedRole(user: User, role: UserRole): UserRole {
  if (role === user.role) return role
  if (user.state === 'ENABLED')
    throw new Refusal('wrong-state', 'The role of an enabled user cannot change. Disable the user first.')
  return requireRole(role)
}

function providerId(id: string | null | undefined): string | null {
  return id === null || id === undefined || id === ''
    ? null
    : requireText('The identity provider user id', id)
}
