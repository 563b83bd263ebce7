import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { Store } from '../store.ts'
import { enabled, nameOf, requireEntry } from './entry-changes.ts'
import { invalid } from './names.ts'
import type { DirectoryReader } from './store.ts'

/** DIR-20, as bits. */
export const MailboxRight = {
  /** Everything in the mailbox, whatever the rights on its folders. */
  fullAccess: 1,
  /** From and Sender are the owner. */
  sendAs: 2,
  /** From is the owner, Sender the delegate (C-05). */
  sendOnBehalf: 4,
} as const
/** A sum of `MailboxRight` bits. */
export type MailboxRights = number

/** The words of the admin interface. */
const WORDS = {
  FULL_ACCESS: MailboxRight.fullAccess,
  SEND_AS: MailboxRight.sendAs,
  SEND_ON_BEHALF: MailboxRight.sendOnBehalf,
} as const
type PermissionWord = keyof typeof WORDS

/** `['SEND_AS']` as bits. Refuses `invalid-parameter`. */
export function parsePermissions(words: readonly string[]): MailboxRights {
  return words.reduce((all, word) => {
    if (!Object.hasOwn(WORDS, word))
      throw invalid(`There is no permission "${word.slice(0, 40)}". Use ${Object.keys(WORDS).join(', ')}.`)
    return all | WORDS[word as PermissionWord]
  }, 0)
}

export function formatPermissions(rights: MailboxRights): readonly PermissionWord[] {
  return (Object.keys(WORDS) as PermissionWord[]).filter((word) => (rights & WORDS[word]) !== 0)
}

/**
 * Replaces what `grantee`, and through a group everybody in it, may do with the mailbox of `owner`. Full
 * access is not for groups on either side unless `groupsMayHaveFullAccess` (C-11), and never on a group, which has no mailbox.
 * Refuses `no-such-entry`, `wrong-state`, `invalid-parameter`.
 */
export async function putMailboxPermissions(
  store: Store,
  organization: OrganizationId,
  { owner, grantee, rights }: { owner: EntryId; grantee: EntryId; rights: MailboxRights },
  options: { groupsMayHaveFullAccess?: boolean } = {},
): Promise<void> {
  await store.transact({ organization }, async ({ directory }) => {
    const of = enabled(await requireEntry(directory, organization, owner, 'user', 'group', 'resource'))
    const to = enabled(await requireEntry(directory, organization, grantee, 'user', 'group'))
    if (of.id === to.id) throw invalid(`${nameOf(of)} needs no permission on its own mailbox.`)
    if ((rights & MailboxRight.fullAccess) !== 0) {
      if (of.kind === 'group')
        throw invalid(`${nameOf(of)} has no mailbox, so there is no full access to it.`)
      if (to.kind === 'group' && !options.groupsMayHaveFullAccess) {
        throw invalid(
          `Full access is given to users, not to groups. Give it to the members of ${nameOf(to)} one by one.`,
        )
      }
    }
    await directory.putPermission(organization, { owner, grantee, rights })
  })
}

/** That there was none is no error. Refuses `no-such-entry`. */
export async function deleteMailboxPermissions(
  store: Store,
  organization: OrganizationId,
  { owner, grantee }: { owner: EntryId; grantee: EntryId },
): Promise<void> {
  await store.transact({ organization }, async ({ directory }) => {
    await directory.getEntry(organization, owner)
    await directory.getEntry(organization, grantee)
    await directory.putPermission(organization, { owner, grantee, rights: 0 })
  })
}

/** How `sender` may send with the address of `owner` in From; null when not at all (DIR-21). */
export async function findSendingRight(
  directory: DirectoryReader,
  organization: OrganizationId,
  owner: EntryId,
  sender: EntryId,
): Promise<'own' | 'send-as' | 'send-on-behalf' | null> {
  if (owner === sender) return 'own'
  const rights = await directory.mailboxRights(organization, owner, sender)
  if ((rights & MailboxRight.sendAs) !== 0) return 'send-as'
  return (rights & MailboxRight.sendOnBehalf) !== 0 ? 'send-on-behalf' : null
}
