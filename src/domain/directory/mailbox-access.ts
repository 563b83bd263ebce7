import type { EntryId, MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { Folder } from '../mailbox/folder.ts'
import type { FolderNo } from '../mailbox/item.ts'
import type { Entry } from './entry.ts'
import {
  ALL_FOLDER_RIGHTS,
  completeRights,
  FolderRight,
  type FolderRights,
  rightsOfProfile,
} from './folder-permission.ts'
import { MailboxRight } from './mailbox-permission.ts'
import type { DirectoryReader, FolderPermission } from './store.ts'

/** A folder as far as rights are concerned. */
export type FolderPlace = Pick<Folder, 'no' | 'parent' | 'class' | 'distinguished'>

/** What one person may do in one mailbox. */
export type MailboxAccess = {
  /** Owner, or full access: every folder, and rights on it that nobody can take away. */
  full: boolean
  /** What may be done with a folder and what is in it; 0 is nothing. */
  rightsOn(folder: FolderPlace): FolderRights
  /**
   * Whether the folder shows in the tree of the mailbox: it and each folder above it must be visible (DIR-23).
   * `path` goes from the folder up to the one below the root.
   */
  shows(path: readonly FolderPlace[]): boolean
}

/**
 * What `grantee` may do in the mailbox of `owner`, in three reads whatever the number of folders. Full
 * access overrides folder rights (DIR-20); a delegate of a resource has its calendar (DIR-19). Otherwise a
 * permission for the grantee alone decides; without one, those of its groups together; without those, `default`.
 */
export async function findMailboxAccess(
  directory: DirectoryReader,
  organization: OrganizationId,
  owner: Pick<Entry, 'id' | 'kind' | 'mailbox'>,
  grantee: EntryId | 'anonymous',
): Promise<MailboxAccess> {
  if (grantee === owner.id) return FULL
  if (grantee !== 'anonymous') {
    const rights = await directory.mailboxRights(organization, owner.id, grantee)
    if ((rights & MailboxRight.fullAccess) !== 0) return FULL
  }
  const delegate =
    grantee !== 'anonymous' &&
    owner.kind === 'resource' &&
    (await directory.isDelegate(organization, owner.id, grantee))
  const permissions =
    owner.mailbox === null ? [] : await directory.folderPermissionsFor(organization, owner.mailbox, grantee)
  return limitedAccess(permissions, grantee, delegate)
}

/**
 * Rights of `grantee` on one folder, where `wanted` are enough: more are looked up only when those that were given on the folder
 * are less. For questions about many mailboxes at once.
 */
export async function findRightsOn(
  directory: DirectoryReader,
  organization: OrganizationId,
  owner: Pick<Entry, 'id' | 'kind' | 'mailbox'> & { mailbox: MailboxId },
  grantee: EntryId | 'anonymous',
  { folder, wanted }: { folder: FolderPlace; wanted: FolderRights },
): Promise<FolderRights> {
  if (grantee === owner.id) return ALL_FOLDER_RIGHTS
  const permissions = await directory.folderPermissionsFor(organization, owner.mailbox, grantee)
  const given = limitedAccess(permissions, grantee, false).rightsOn(folder)
  if ((given & wanted) === wanted) return given
  return (await findMailboxAccess(directory, organization, owner, grantee)).rightsOn(folder)
}

/** What everybody in the organisation may do with a folder, to whom nothing else was given. */
export async function findCommonRights(
  directory: DirectoryReader,
  organization: OrganizationId,
  mailbox: MailboxId,
  folder: FolderPlace,
): Promise<FolderRights> {
  const permissions = await directory.listFolderPermissions(organization, mailbox, folder.no)
  const common = permissions.find(({ grantee }) => grantee === 'default')
  return common === undefined ? defaultRights(folder) : completeRights(common.rights)
}

const FULL: MailboxAccess = { full: true, rightsOn: () => ALL_FOLDER_RIGHTS, shows: () => true }

function limitedAccess(
  permissions: readonly FolderPermission[],
  grantee: EntryId | 'anonymous',
  delegate: boolean,
): MailboxAccess {
  const folders = new Map<FolderNo, FolderPermission[]>()
  for (const permission of permissions) {
    const others = folders.get(permission.folder)
    if (others) others.push(permission)
    else folders.set(permission.folder, [permission])
  }
  const rightsOn = (folder: FolderPlace): FolderRights => {
    const granted = decide(folders.get(folder.no) ?? [], grantee, folder)
    return delegate && folder.class === 'event' ? granted | rightsOfProfile('Owner') : granted
  }
  return {
    full: false,
    rightsOn,
    shows: (path) => path.every((folder) => (rightsOn(folder) & FolderRight.visible) !== 0),
  }
}

function decide(
  permissions: readonly FolderPermission[],
  grantee: EntryId | 'anonymous',
  folder: FolderPlace,
): FolderRights {
  const own = permissions.find((permission) => permission.grantee === grantee)
  if (own) return completeRights(own.rights)
  const groups = permissions.filter((permission) => permission.grantee !== 'default')
  if (groups.length > 0) return completeRights(groups.reduce((all, { rights }) => all | rights, 0))
  const common = permissions[0]
  if (common) return completeRights(common.rights)
  return grantee === 'anonymous' ? 0 : defaultRights(folder)
}

/** Of everybody in the organisation on a folder on which nothing was set: the calendar shows its times (INT-13). */
export function defaultRights(folder: Pick<FolderPlace, 'distinguished'>): FolderRights {
  return folder.distinguished === 'calendar' ? rightsOfProfile('FreeBusyTimeOnly') : 0
}
