/** Rights on folders as Exchange tells them (MS-OXWSFOLD PermissionSet, CalendarPermissionSet). */
import { rightsOfWords } from '#src/domain/directory/folder-permission.ts'
import type { FoundGrant, LeftOut, LeftOutReason } from '#src/domain/migration/grant.ts'
import type { Right } from '#src/domain/migration/right.ts'
import type { Loss, SourceFolder, SourceFolderGrant } from '#src/domain/migration/source.ts'
import type {
  BasePermissionType,
  CalendarFolderType,
  CalendarPermissionType,
  FolderInfoResponseMessageType,
  FolderType,
  PermissionType,
  UserIdType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'

export type FolderPermissions = {
  folderGrants: SourceFolderGrant[]
  grants: FoundGrant[]
  losses: Loss[]
  /** What is no grant to anybody in particular, for whoever plans. */
  leftOut: LeftOut[]
  /** Keys of folders of which they were not told. */
  untold: string[]
}

const TOGETHER = 50
/** What everybody has where nobody changed anything. */
const usual: Readonly<Record<string, readonly string[]>> = {
  Default: ['None', 'FreeBusyTimeOnly'],
  Anonymous: ['None'],
}

/** Who may do what in which folder. Rejects with SourceFailure when the server is out of reach. */
export async function readFolderPermissions(
  session: EwsSession,
  folders: readonly SourceFolder[],
  signal: AbortSignal,
): Promise<FolderPermissions> {
  const found: FolderPermissions = { folderGrants: [], grants: [], losses: [], leftOut: [], untold: [] }
  const paths = pathsOf(folders)
  for (let from = 0; from < folders.length; from += TOGETHER) {
    const some = folders.slice(from, from + TOGETHER)
    const answers = await session.messages<'GetFolder', FolderInfoResponseMessageType>(
      'GetFolder',
      {
        FolderShape: {
          BaseShape: 'IdOnly',
          AdditionalProperties: [{ FieldURI: { FieldURI: 'folder:PermissionSet' } }],
        },
        FolderIds: some.map(({ key }) => ({ FolderId: { Id: key } })),
      },
      signal,
    )
    some.forEach((folder, at) => {
      const answer = answers[at]
      const shown = answer?.ResponseClass === 'Error' ? undefined : answer?.Folders?.[0]
      if (shown === undefined) {
        found.untold.push(folder.key)
        leave('not-read', session.mailbox, folder, '', answer?.ResponseCode ?? 'not told', found)
        found.losses.push({
          property: `rights on "${folder.name}"`,
          reason: answer?.ResponseCode ?? 'they were not told',
          weight: 'metadata',
        })
      } else
        take(
          session.mailbox,
          folder,
          paths.get(folder.key)!,
          Object.values(shown)[0] as FolderType & CalendarFolderType,
          found,
        )
    })
  }
  return found
}

function leave(
  reason: LeftOutReason,
  owner: string,
  folder: SourceFolder,
  grantee: string,
  right: string,
  found: FolderPermissions,
): void {
  found.leftOut.push({ reason, owner, grantee, right, where: `rights on "${folder.name}" of ${owner}` })
}

type Shown = { PermissionSet?: FolderType['PermissionSet'] | CalendarFolderType['PermissionSet'] }

function take(
  owner: string,
  folder: SourceFolder,
  path: string,
  { PermissionSet: set }: Shown,
  found: FolderPermissions,
): void {
  if (set === undefined) {
    found.untold.push(folder.key)
    leave('not-read', owner, folder, '', 'not told', found)
    return
  }
  const permissions: readonly (PermissionType | CalendarPermissionType)[] =
    'CalendarPermissions' in set ? set.CalendarPermissions : set.Permissions
  for (const permission of permissions) {
    const role =
      'CalendarPermissionLevel' in permission
        ? permission.CalendarPermissionLevel
        : permission.PermissionLevel
    const grantee = granteeOf(permission.UserId)
    if (grantee === undefined) {
      const { SID, DisplayName } = permission.UserId
      const reason = SID ? 'unresolved-sid' : 'unknown-grantee'
      leave(reason, owner, folder, SID || DisplayName || 'somebody without a name', role, found)
      found.losses.push({
        property: `rights on "${folder.name}"`,
        reason: `${role} of somebody whom the server cannot name (${permission.UserId.SID ?? permission.UserId.DisplayName ?? 'nobody'})`,
        weight: 'metadata',
      })
      continue
    }
    if (usual[grantee]?.includes(role) || role === 'None') continue
    const { UserId: _, ...rights } = permission
    found.folderGrants.push({
      folder: folder.key,
      grantee,
      role,
      rights: role === 'Custom' ? rightsOfWords(rights) : null,
    })
    const right = rightOf(role, permission, folder)
    if (permission.UserId.DistinguishedUser && grantee in usual)
      leave('default-or-anonymous', owner, folder, grantee, role, found)
    else if (permission.UserId.ExternalUserIdentity === grantee)
      leave('external', owner, folder, grantee, role, found)
    else if (right === null || !grantee.includes('@'))
      leave(right === null ? 'no-delegation' : 'unknown-grantee', owner, folder, grantee, role, found)
    else
      found.grants.push({
        owner,
        grantee,
        right,
        folder: path,
        lastUsedDay: null,
        where: `rights on "${folder.name}" of ${owner}`,
      })
  }
}

/** By key, as Exchange writes them, `Old\\Inbox`: a name alone may be that of another folder too. Parents come before children. */
function pathsOf(folders: readonly SourceFolder[]): ReadonlyMap<string, string> {
  const paths = new Map<string, string>()
  for (const { key, parent, name } of folders) {
    const above = parent === null ? undefined : paths.get(parent)
    paths.set(key, above === undefined ? name : `${above}\\${name}`)
  }
  return paths
}

/** By address; everybody and anonymous by the words of Exchange. */
const granteeOf = ({
  PrimarySmtpAddress,
  DistinguishedUser,
  ExternalUserIdentity,
}: UserIdType): string | undefined =>
  PrimarySmtpAddress || DistinguishedUser || ExternalUserIdentity || undefined

const edits = new Set([
  'Owner',
  'PublishingEditor',
  'Editor',
  'PublishingAuthor',
  'Author',
  'NoneditingAuthor',
  'Contributor',
])

function rightOf(
  role: string,
  permission: BasePermissionType & { ReadItems?: string | undefined },
  folder: SourceFolder,
): Right | null {
  const custom = role === 'Custom'
  const writes =
    permission.CanCreateItems === true ||
    permission.IsFolderOwner === true ||
    (permission.EditItems !== undefined && permission.EditItems !== 'None') ||
    (permission.DeleteItems !== undefined && permission.DeleteItems !== 'None')
  if (edits.has(role) || (custom && writes)) return folder.class === 'event' ? 'calendar-edit' : 'folder-edit'
  if (role === 'Reviewer' || (custom && permission.ReadItems === 'FullDetails')) return 'folder-read'
  return /^FreeBusy/.test(role) || /^Time/.test(permission.ReadItems ?? '') ? 'availability' : null
}
