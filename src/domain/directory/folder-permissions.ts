import type { EntryId, MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { FolderNo } from '../mailbox/item.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { enabled, nameOf, requireEntry } from './entry-changes.ts'
import { completeRights, type FolderRights } from './folder-permission.ts'
import { invalid } from './names.ts'
import type { FolderGrantee } from './store.ts'

/** A folder of somebody's mailbox. */
export type OwnedFolder = { owner: EntryId; mailbox: MailboxId; folder: FolderNo }

/**
 * Replaces what a user, a group, everybody of the organisation (`default`) or everybody else (`anonymous`) may do with
 * one folder (DIR-23). Refuses `no-such-folder`, `no-such-entry`, `no-such-mailbox`, `wrong-state`, `invalid-parameter`.
 */
export async function putFolderPermission(
  store: Store,
  organization: OrganizationId,
  { owner, mailbox, folder }: OwnedFolder,
  { grantee, rights }: { grantee: FolderGrantee; rights: FolderRights },
): Promise<void> {
  await store.transact({ organization, mailboxes: [mailbox] }, async ({ directory, mailboxes }) => {
    await mailboxes.getFolder({ organization, mailbox }, folder)
    if (grantee !== 'default' && grantee !== 'anonymous') {
      const to = enabled(await requireEntry(directory, organization, grantee, 'user', 'group'))
      if (to.id === owner) throw invalid(`${nameOf(to)} needs no permission on its own folders.`)
    }
    await directory.putFolderPermission(organization, mailbox, folder, grantee, completeRights(rights))
  })
}

/** More than people set, and few enough for one transaction. */
const MOST_PERMISSIONS = 500

/**
 * Puts all permissions of one folder in the place of those that are there, as EWS writes a PermissionSet. `default` and
 * `anonymous` stay as they are where nothing is said of them; what is said of the owner is left out. Refuses as
 * `putFolderPermission`, and `limit-exceeded`.
 */
export async function replaceFolderPermissions(
  store: Store,
  organization: OrganizationId,
  { owner, mailbox, folder }: OwnedFolder,
  wanted: ReadonlyMap<FolderGrantee, FolderRights>,
): Promise<void> {
  if (wanted.size > MOST_PERMISSIONS)
    throw new Refusal('limit-exceeded', `A folder has at most ${MOST_PERMISSIONS} permissions.`)
  await store.transact({ organization, mailboxes: [mailbox] }, async ({ directory, mailboxes }) => {
    await mailboxes.getFolder({ organization, mailbox }, folder)
    for (const { grantee } of await directory.listFolderPermissions(organization, mailbox, folder)) {
      if (grantee === 'default' || grantee === 'anonymous' || wanted.has(grantee)) continue
      await directory.putFolderPermission(organization, mailbox, folder, grantee, null)
    }
    for (const [grantee, rights] of wanted) {
      if (grantee === owner) continue
      if (grantee !== 'default' && grantee !== 'anonymous')
        enabled(await requireEntry(directory, organization, grantee, 'user', 'group'))
      await directory.putFolderPermission(organization, mailbox, folder, grantee, completeRights(rights))
    }
  })
}

/** That there was none is no error. Refuses `no-such-folder`, `no-such-mailbox`. */
export async function deleteFolderPermission(
  store: Store,
  organization: OrganizationId,
  { mailbox, folder }: OwnedFolder,
  grantee: FolderGrantee,
): Promise<void> {
  await store.transact({ organization, mailboxes: [mailbox] }, async ({ directory, mailboxes }) => {
    await mailboxes.getFolder({ organization, mailbox }, folder)
    await directory.putFolderPermission(organization, mailbox, folder, grantee, null)
  })
}
