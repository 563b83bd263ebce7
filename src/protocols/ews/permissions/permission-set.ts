import { FolderRight, type FolderRights } from '#src/domain/directory/folder-permission.ts'
import { replaceFolderPermissions } from '#src/domain/directory/folder-permissions.ts'
import { defaultRights } from '#src/domain/directory/mailbox-access.ts'
import type { FolderGrantee } from '#src/domain/directory/store.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { CalendarPermissionSetType, PermissionSetType, UserIdType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { shownUser } from '../delegates/delegate-user.ts'
import type { FolderPlace } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { givenRights, shownCalendarPermission, shownPermission } from './permission-levels.ts'

export type GivenPermissionSet = Partial<PermissionSetType & CalendarPermissionSetType>

/**
 * Who may do what with a folder, `Default` and `Anonymous` first, which are always there. Undefined for who does not own it:
 * others are told their own rights and no more.
 */
export async function shownPermissionSet(
  { services }: EwsCall,
  { mailbox, folder, rights }: FolderPlace,
): Promise<PermissionSetType | CalendarPermissionSetType | undefined> {
  if ((rights & FolderRight.owner) === 0) return undefined
  const { organization, mailbox: id } = mailbox.at
  const { directory } = services.store
  const given = await directory.listFolderPermissions(organization, id, folder.no)
  const rightsOf = (wanted: FolderGrantee) => given.find(({ grantee }) => grantee === wanted)?.rights
  const all: { UserId: UserIdType; rights: FolderRights }[] = [
    { UserId: { DistinguishedUser: 'Default' }, rights: rightsOf('default') ?? defaultRights(folder) },
    { UserId: { DistinguishedUser: 'Anonymous' }, rights: rightsOf('anonymous') ?? 0 },
  ]
  for (const { grantee, rights: some } of given) {
    if (grantee === 'default' || grantee === 'anonymous') continue
    const entry = await directory.findEntry(organization, { id: grantee })
    if (entry?.state === 'ENABLED') all.push({ UserId: shownUser(entry), rights: some })
  }
  if (folder.class !== 'event')
    return { Permissions: all.map((one) => ({ UserId: one.UserId, ...shownPermission(one.rights) })) }
  return {
    CalendarPermissions: all.map((one) => ({ UserId: one.UserId, ...shownCalendarPermission(one.rights) })),
  }
}

type WantedPermissions = ReadonlyMap<FolderGrantee, FolderRights>

/**
 * The permissions that a request wants for a folder of that kind. Refuses ErrorInvalidPermissionSettings, ErrorCannotFindUser,
 * ErrorDuplicateUserIdsSpecified, and those of the other kind of folder.
 */
export async function wantedPermissions(
  call: EwsCall,
  kind: Folder['class'],
  { Permissions, CalendarPermissions, UnknownEntries = [] }: GivenPermissionSet,
): Promise<WantedPermissions> {
  const calendar = kind === 'event'
  if (calendar && Permissions !== undefined)
    throw refused('ErrorCannotSetNonCalendarPermissionOnCalendarFolder', 'This is the folder of a calendar.')
  if (!calendar && CalendarPermissions !== undefined)
    throw refused('ErrorCannotSetCalendarPermissionOnNonCalendarFolder', 'This is no folder of a calendar.')
  if (UnknownEntries.length > 0)
    throw refused('ErrorCannotSetPermissionUnknownEntries', 'Unknown entries are not set.')
  const wanted = new Map<FolderGrantee, FolderRights>()
  for (const { UserId, rights } of givenPermissions(Permissions, CalendarPermissions)) {
    const grantee = await granteeOf(call, UserId)
    if (wanted.has(grantee)) throw refused('ErrorDuplicateUserIdsSpecified', 'Somebody is named twice.')
    wanted.set(grantee, rights)
  }
  return wanted
}

/** Puts them in the place of those that are there. */
export function putPermissions(
  { services }: EwsCall,
  { mailbox, folder }: Pick<FolderPlace, 'mailbox' | 'folder'>,
  wanted: WantedPermissions,
): Promise<void> {
  const { organization, mailbox: id } = mailbox.at
  const place = { owner: mailbox.owner.id, mailbox: id, folder: folder.no }
  return replaceFolderPermissions(services.store, organization, place, wanted)
}

const givenPermissions = (
  plain: GivenPermissionSet['Permissions'] = [],
  calendar: GivenPermissionSet['CalendarPermissions'] = [],
) => [
  ...plain.map((one) => ({ UserId: one.UserId, rights: givenRights(one.PermissionLevel, one) })),
  ...calendar.map((one) => ({ UserId: one.UserId, rights: givenRights(one.CalendarPermissionLevel, one) })),
]

async function granteeOf(
  { caller, services }: EwsCall,
  { DistinguishedUser, PrimarySmtpAddress }: UserIdType,
): Promise<FolderGrantee> {
  if (DistinguishedUser !== undefined) return DistinguishedUser === 'Default' ? 'default' : 'anonymous'
  const address = PrimarySmtpAddress?.trim()
  if (!address) throw refused('ErrorMissingUserIdInformation', 'Name people by their addresses.')
  const { organization } = caller.acting
  const entry = await services.store.directory.findEntry(organization, { address })
  if (entry?.state !== 'ENABLED' || (entry.kind !== 'user' && entry.kind !== 'group'))
    throw refused('ErrorCannotFindUser', `There is nobody here with the address "${address.slice(0, 320)}".`)
  return entry.id
}

const refused = (code: EwsRefusal['code'], text: string) => new EwsRefusal(code, 'invalid-parameter', text)
