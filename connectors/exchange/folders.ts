import type { Loss, SourceFolder } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type {
  BaseFolderType,
  FindFolderResponseMessageType,
  FolderInfoResponseMessageType,
  FolderResponseShapeType,
  Path,
} from '#src/wire/ews/schema-types.ts'
import type { BaseFolderId, EwsSession } from './ews-session.ts'
import { propertyOf } from './extended-properties.ts'
import { failureOfMessage } from './failures.ts'
import {
  archiveRoles,
  classOfFolder,
  machineMade,
  newRoles,
  oldRoles,
  recoverableRoles,
} from './folder-roles.ts'

/** PidTagFolderType: 2 is a search folder. PidTagMessageSizeExtended, PidTagAttributeHidden. */
const folderType = { PropertyTag: '0x3601', PropertyType: 'Integer' } as const
const folderSize = { PropertyTag: '0x0e08', PropertyType: 'Long' } as const
const hidden = { PropertyTag: '0x10f4', PropertyType: 'Boolean' } as const

const extended = (ExtendedFieldURI: NonNullable<Path['ExtendedFieldURI']>): Path => ({ ExtendedFieldURI })
const field = (FieldURI: 'folder:FolderClass' | 'folder:ParentFolderId'): Path => ({ FieldURI: { FieldURI } })

const shape: FolderResponseShapeType = {
  BaseShape: 'Default',
  AdditionalProperties: [
    field('folder:FolderClass'),
    field('folder:ParentFolderId'),
    extended(folderType),
    extended(folderSize),
    extended(hidden),
  ],
}

const PAGE = 500

export type Wanted = {
  /** The online archive beside the mailbox. */
  archive: boolean
  /** What was deleted and can still be brought back. */
  recoverable: boolean
}

export type FoundFolders = {
  folders: readonly SourceFolder[]
  /** Folders with items that stay where they are. */
  losses: readonly Loss[]
  /** There is an online archive, and it is not read. */
  leavesArchive: boolean
}

type Roles = ReadonlyMap<string, string>
/** Folders by what they are for, and whether there is an archive. */
export type FoundRoles = { roles: Roles; hasArchive: boolean }
type Row = Pick<BaseFolderType, 'DisplayName' | 'FolderClass' | 'TotalCount' | 'ExtendedProperty'> & {
  id: string
  parent: string | undefined
}

/**
 * Every folder below the visible roots with what it is for, parents before children; `known`: as `rolesAtOnce` found them.
 * Rejects with SourceFailure.
 */
export async function findFolders(
  session: EwsSession,
  wanted: Wanted,
  signal: AbortSignal,
  known?: FoundRoles,
): Promise<FoundFolders> {
  const { roles, hasArchive } = known ?? (await rolesOf(session, wanted, signal))
  const losses: Loss[] = []
  const folders: SourceFolder[] = []
  await below(session, ROOT, roles, { folders, losses }, signal)
  if (wanted.archive) await below(session, ARCHIVE_ROOT, roles, { folders, losses }, signal)
  if (wanted.recoverable) await recoverable(session, roles, folders, signal)
  return { folders, losses, leavesArchive: hasArchive && !wanted.archive }
}

const ROOT = 'msgfolderroot'
const ARCHIVE_ROOT = 'archivemsgfolderroot'

/** Some servers have the archive in every mailbox: it is a loss where something lies in it, or where it cannot be read. */
export async function archiveLeft(session: EwsSession, signal: AbortSignal): Promise<readonly Loss[]> {
  const left = (what: string): readonly Loss[] => [
    {
      property: 'online archive',
      reason: `${what} left there; New-MailboxExportRequest -IsArchive writes it into a PST file, which is a source too`,
      weight: 'visible',
    },
  ]
  try {
    const rows = await allRows(session, session.distinguished(ARCHIVE_ROOT), signal)
    const items = rows.reduce((sum, row) => sum + (isSearch(row) ? 0 : (row.TotalCount ?? 0)), 0)
    return items === 0 ? [] : left(`it holds ${items} ${items === 1 ? 'item' : 'items'} and is`)
  } catch (error) {
    if (!(error instanceof SourceFailure) || error.kind !== 'mailbox-permanent') throw error
    return left('it cannot be looked into and is')
  }
}

/**
 * The same in the one call that shows that the mailbox can be opened, for a server that knows all words; undefined where it
 * refuses one of them, or the mailbox. Rejects with SourceFailure of what passes.
 */
export async function rolesAtOnce(
  session: EwsSession,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<FoundRoles | undefined> {
  try {
    const ids = await idsOf(session, [ROOT, ...oldRoles, ...laterRoles(session, wanted)], signal)
    return ids.delete(ROOT) ? rolesIn(ids) : undefined
  } catch (error) {
    if (!isRefusal(error)) throw error
    return undefined
  }
}

/** Ids of folders with a purpose, whatever they are called (migration.md 5, scenario 10), and whether there is an archive. */
async function rolesOf(session: EwsSession, wanted: Wanted, signal: AbortSignal): Promise<FoundRoles> {
  const later = laterRoles(session, wanted)
  try {
    return rolesIn(await idsOf(session, [...oldRoles, ...later], signal))
  } catch (error) {
    // A word that is newer than the server: each is asked for by itself.
    if (later.length === 0 || !isRefusal(error)) throw error
  }
  const ids = await idsOf(session, oldRoles, signal)
  for (const name of later)
    try {
      for (const [role, id] of await idsOf(session, [name], signal)) ids.set(role, id)
    } catch (error) {
      if (!isRefusal(error)) throw error
    }
  return rolesIn(ids)
}

const isRefusal = (error: unknown): boolean =>
  error instanceof SourceFailure && error.kind === 'mailbox-permanent'

const laterRoles = (session: EwsSession, { archive, recoverable }: Wanted): string[] => [
  ...(session.isRecent ? [...newRoles, ARCHIVE_ROOT] : []),
  ...(archive ? archiveRoles : []),
  ...(recoverable ? recoverableRoles : []),
]

/** By their words; those that are not there are left out. */
async function idsOf(
  session: EwsSession,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const found = await session.messages<'GetFolder', FolderInfoResponseMessageType>(
    'GetFolder',
    {
      FolderShape: { BaseShape: 'IdOnly' },
      FolderIds: names.map((name) => session.distinguished(name)),
    },
    signal,
  )
  const ids = new Map<string, string>()
  found.forEach(({ ResponseClass, Folders }, at) => {
    const folder = ResponseClass === 'Error' ? undefined : Object.values(Folders?.[0] ?? {})[0]
    const id = (folder as BaseFolderType | undefined)?.FolderId?.Id
    if (id !== undefined && names[at] !== undefined) ids.set(names[at], id)
  })
  return ids
}

/** Of two words for one folder the later one counts. */
function rolesIn(ids: ReadonlyMap<string, string>): FoundRoles {
  const named = [...ids].filter(([role]) => role !== ARCHIVE_ROOT)
  return { roles: new Map(named.map(([role, id]) => [id, role])), hasArchive: ids.has(ARCHIVE_ROOT) }
}

async function below(
  session: EwsSession,
  rootName: string,
  roles: Roles,
  into: { folders: SourceFolder[]; losses: Loss[] },
  signal: AbortSignal,
): Promise<void> {
  const root = session.distinguished(rootName)
  const rows = await allRows(session, root, signal)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const children = new Map<string | undefined, Row[]>()
  for (const row of rows) {
    const parent = row.parent !== undefined && byId.has(row.parent) ? row.parent : undefined
    const there = children.get(parent)
    if (there === undefined) children.set(parent, [row])
    else there.push(row)
  }
  // Without recursion: folders may lie 300 deep (scenario 16).
  const waiting = (children.get(undefined) ?? []).map((row) => ({
    row,
    parent: null as string | null,
    left: '',
  }))
  for (let at = 0; at < waiting.length; at++) {
    const { row, parent, left } = waiting[at]!
    const role = roles.get(row.id) ?? null
    const why = left || leftOutBecause(row, role)
    if (why === '') into.folders.push(shown(row, parent, role))
    else if ((row.TotalCount ?? 0) > 0 && !isSearch(row))
      into.losses.push({
        property: `folder "${row.DisplayName ?? ''}"`,
        reason: `${row.TotalCount} items stay there: ${why}`,
        weight: 'metadata',
      })
    for (const child of children.get(row.id) ?? []) waiting.push({ row: child, parent: row.id, left: why })
  }
}

const isSearch = (row: Row): boolean => propertyOf(row.ExtendedProperty, folderType) === '2'

function leftOutBecause(row: Row, role: string | null): string {
  if (isSearch(row)) return 'a search folder shows what lies elsewhere'
  if (role !== null && machineMade.has(role)) return 'programs fill this folder by themselves'
  if (role === null && propertyOf(row.ExtendedProperty, hidden) === 'true')
    return 'a hidden folder of a program'
  return ''
}

function shown(row: Row, parent: string | null, role: string | null): SourceFolder {
  const { class: holds, unusual } = classOfFolder(row.FolderClass)
  const size = Number(propertyOf(row.ExtendedProperty, folderSize))
  return {
    key: row.id,
    parent,
    name: row.DisplayName ?? '',
    role,
    class: holds,
    folderClass: unusual,
    items: row.TotalCount ?? null,
    sizeBytes: Number.isSafeInteger(size) ? size : null,
  }
}

async function allRows(session: EwsSession, root: BaseFolderId, signal: AbortSignal): Promise<Row[]> {
  const rows: Row[] = []
  for (let Offset = 0; ; ) {
    const [message] = await session.messages<'FindFolder', FindFolderResponseMessageType>(
      'FindFolder',
      {
        Traversal: 'Deep',
        FolderShape: shape,
        IndexedPageFolderView: { MaxEntriesReturned: PAGE, Offset, BasePoint: 'Beginning' },
        ParentFolderIds: [root],
      },
      signal,
    )
    if (message === undefined || message.ResponseClass === 'Error')
      throw failureOfMessage(
        message ?? { ResponseClass: 'Error' },
        `The folders of ${session.mailbox}`,
        'mailbox-permanent',
      )
    const found = message.RootFolder?.Folders ?? []
    for (const one of found) {
      const folder = Object.values(one)[0] as BaseFolderType
      if (folder.FolderId === undefined) continue
      const { DisplayName, FolderClass, TotalCount, ExtendedProperty } = folder
      rows.push({
        id: folder.FolderId.Id,
        parent: folder.ParentFolderId?.Id,
        DisplayName,
        // A search folder may not say what it is but by its element.
        FolderClass,
        TotalCount,
        ExtendedProperty:
          one.SearchFolder === undefined ? ExtendedProperty : [{ ExtendedFieldURI: folderType, Value: '2' }],
      })
    }
    if (message.RootFolder?.IncludesLastItemInRange !== false || found.length === 0) return rows
    Offset = message.RootFolder.IndexedPagingOffset ?? Offset + found.length
  }
}

/** The folders of the recoverable area by their roles: they lie below the root that nobody sees. */
async function recoverable(
  session: EwsSession,
  roles: Roles,
  into: SourceFolder[],
  signal: AbortSignal,
): Promise<void> {
  const names = [...roles.values()].filter((role) => (recoverableRoles as readonly string[]).includes(role))
  if (names.length === 0) return
  const found = await session.messages<'GetFolder', FolderInfoResponseMessageType>(
    'GetFolder',
    { FolderShape: shape, FolderIds: names.map((name) => session.distinguished(name)) },
    signal,
  )
  found.forEach(({ ResponseClass, Folders }, at) => {
    if (ResponseClass === 'Error') return
    const folder = Object.values(Folders?.[0] ?? {})[0] as BaseFolderType | undefined
    if (folder?.FolderId === undefined) return
    into.push(shown({ ...folder, id: folder.FolderId.Id, parent: undefined } as Row, null, names[at]!))
  })
}
