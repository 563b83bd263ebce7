/** Delegates in the words of EWS. */
import type {
  Delegate,
  DelegateChange,
  DelegateFolder,
  DelegateLevel,
  DelegatingMailbox,
} from '#src/domain/calendar/delegates.ts'
import { type Entry, primaryAddress } from '#src/domain/directory/entry.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type {
  DelegateFolderPermissionLevelType,
  DelegatePermissionsType,
  DelegateUserType,
  UserIdType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { fullMailbox } from '../full-access.ts'
import { EwsRefusal } from '../refusal-codes.ts'

const permissionNames = {
  calendar: 'CalendarFolderPermissionLevel',
  tasks: 'TasksFolderPermissionLevel',
  inbox: 'InboxFolderPermissionLevel',
  contacts: 'ContactsFolderPermissionLevel',
  notes: 'NotesFolderPermissionLevel',
  journal: 'JournalFolderPermissionLevel',
} as const satisfies Record<DelegateFolder, keyof DelegatePermissionsType>

/** Refuses as `fullMailbox`. */
export async function delegatingMailbox(
  call: EwsCall,
  address: string | undefined,
): Promise<DelegatingMailbox> {
  const { owner, at } = await fullMailbox(call, address)
  return { owner: owner.id, at }
}

export function shownDelegate(
  { entry, folders, receiveCopies, viewPrivate }: Delegate,
  permissions: boolean,
): DelegateUserType {
  const levels = Object.entries(permissionNames).map(([folder, name]) => [
    name,
    folders[folder as DelegateFolder],
  ])
  return {
    UserId: shownUser(entry),
    ...(permissions && { DelegatePermissions: Object.fromEntries(levels) }),
    ReceiveCopiesOfMeetingMessages: receiveCopies,
    ViewPrivateItems: viewPrivate,
  }
}

export function shownUser(entry: Entry): UserIdType {
  const address = primaryAddress(entry)
  return { ...(address !== null && { PrimarySmtpAddress: address }), DisplayName: entry.displayName }
}

/** What a request changes; a folder with rights of no level (`Custom`) stays as it is. */
export function changeOf(given: DelegateUserType): DelegateChange {
  const { DelegatePermissions: levels, ReceiveCopiesOfMeetingMessages, ViewPrivateItems } = given
  const folders: Partial<Record<DelegateFolder, DelegateLevel>> = {}
  for (const [folder, name] of Object.entries(permissionNames)) {
    const level: DelegateFolderPermissionLevelType | undefined = levels?.[name]
    if (level !== undefined && level !== 'Custom') folders[folder as DelegateFolder] = level
  }
  return {
    folders,
    ...(ReceiveCopiesOfMeetingMessages !== undefined && { receiveCopies: ReceiveCopiesOfMeetingMessages }),
    ...(ViewPrivateItems !== undefined && { viewPrivate: ViewPrivateItems }),
  }
}

/** Who is meant: the SID that other directories know is not kept here. Refuses ErrorDelegateNoUser. */
export async function namedUser(call: EwsCall, { PrimarySmtpAddress: address }: UserIdType): Promise<Entry> {
  const { organization } = call.caller.acting
  const { directory } = call.services.store
  const entry = address ? await directory.findEntry(organization, { address: address.trim() }) : undefined
  if (entry?.state !== 'ENABLED')
    throw new EwsRefusal(
      'ErrorDelegateNoUser',
      'no-such-entry',
      `There is nobody here with the address "${(address ?? '').slice(0, 320)}".`,
    )
  return entry
}

const codes = {
  'already-registered': 'ErrorDelegateAlreadyExists',
  'no-such-entry': 'ErrorNotDelegate',
  'wrong-state': 'ErrorDelegateNoUser',
  'invalid-parameter': 'ErrorDelegateCannotAddOwner',
  'limit-exceeded': 'ErrorDelegateValidationFailed',
} as const

/** What the domain refuses about a delegate, in the word that EWS has for it. */
export function delegateRefusal(error: unknown): unknown {
  if (!(error instanceof Refusal) || error instanceof EwsRefusal) return error
  const code = codes[error.reason as keyof typeof codes]
  return code === undefined ? error : new EwsRefusal(code, error.reason, error.message)
}
