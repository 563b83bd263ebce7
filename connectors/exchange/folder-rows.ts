import type { SourceFolder } from '#src/domain/migration/source.ts'
import type {
  BaseFolderType,
  FindFolderResponseMessageType,
  FolderResponseShapeType,
  FolderType,
  Path,
} from '#src/wire/ews/schema-types.ts'
import type { BaseFolderId, EwsSession } from './ews-session.ts'
import { propertyOf } from './extended-properties.ts'
import { failureOfMessage } from './failures.ts'
import { retention } from './folder-properties.ts'
import { classOfFolder } from './folder-roles.ts'

/** PidTagFolderType: 2 is a search folder. PidTagMessageSizeExtended, PidTagAttributeHidden. */
const folderType = { PropertyTag: '0x3601', PropertyType: 'Integer' } as const
const folderSize = { PropertyTag: '0x0e08', PropertyType: 'Long' } as const
const hidden = { PropertyTag: '0x10f4', PropertyType: 'Boolean' } as const
/** PidTagLocalCommitTimeMax ([MS-OXCFOLD] 2.2.2.2.1.14), PidTagDeletedCountTotal ([MS-OXPROPS]). */
const lastCommit = { PropertyTag: '0x670a', PropertyType: 'SystemTime' } as const
const deletedCount = { PropertyTag: '0x670b', PropertyType: 'Integer' } as const

const extended = (ExtendedFieldURI: NonNullable<Path['ExtendedFieldURI']>): Path => ({ ExtendedFieldURI })
const field = (FieldURI: 'folder:FolderClass' | 'folder:ParentFolderId'): Path => ({ FieldURI: { FieldURI } })

/** What is asked of every folder. */
export const folderShape: FolderResponseShapeType = {
  BaseShape: 'Default',
  AdditionalProperties: [
    field('folder:FolderClass'),
    field('folder:ParentFolderId'),
    extended(folderType),
    extended(folderSize),
    extended(hidden),
    extended(lastCommit),
    extended(deletedCount),
    ...retention.map(extended),
  ],
}

const PAGE = 500

/** A folder as the server tells it. */
export type FolderRow = Pick<
  BaseFolderType,
  'DisplayName' | 'FolderClass' | 'TotalCount' | 'ExtendedProperty'
> & {
  UnreadCount?: number | undefined
  id: string
  parent: string | undefined
}

export const isSearch = (row: FolderRow): boolean => propertyOf(row.ExtendedProperty, folderType) === '2'

export const isHidden = (row: FolderRow): boolean => propertyOf(row.ExtendedProperty, hidden) === 'true'

/** In the domain's words. */
export function shown(row: FolderRow, parent: string | null, role: string | null): SourceFolder {
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
    mark: markOf(row),
  }
}

/**
 * `SourceFolder.mark`: when a message of it changed last, and how many there are, are unread and were deleted. [MS-OXCFOLD] promises the
 * time for changed messages and says nothing of read marks and deletions, of which the counts tell most.
 */
function markOf({ ExtendedProperty, TotalCount, UnreadCount }: FolderRow): string | null {
  const time = propertyOf(ExtendedProperty, lastCommit)
  // Some have a time that stands for none.
  if (time === undefined || !(Date.parse(time) > 0) || TotalCount === undefined) return null
  return [time, TotalCount, UnreadCount ?? '', propertyOf(ExtendedProperty, deletedCount) ?? ''].join(' ')
}

/** Every folder below one, in no order. Rejects with SourceFailure. */
export async function allRows(
  session: EwsSession,
  root: BaseFolderId,
  signal: AbortSignal,
): Promise<FolderRow[]> {
  const rows: FolderRow[] = []
  for (let Offset = 0; ; ) {
    const [message] = await session.messages<'FindFolder', FindFolderResponseMessageType>(
      'FindFolder',
      {
        Traversal: 'Deep',
        FolderShape: folderShape,
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
      const { UnreadCount } = folder as FolderType
      rows.push({
        id: folder.FolderId.Id,
        parent: folder.ParentFolderId?.Id,
        DisplayName,
        // A search folder may not say what it is but by its element.
        FolderClass,
        TotalCount,
        UnreadCount,
        ExtendedProperty:
          one.SearchFolder === undefined ? ExtendedProperty : [{ ExtendedFieldURI: folderType, Value: '2' }],
      })
    }
    if (message.RootFolder?.IncludesLastItemInRange !== false || found.length === 0) return rows
    Offset = message.RootFolder.IndexedPagingOffset ?? Offset + found.length
  }
}
