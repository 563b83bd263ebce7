import type { SourceFolder } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type {
  BaseFolderType,
  FolderInfoResponseMessageType,
  NonEmptyArrayOfFoldersType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfOne } from './failures.ts'

/** Makes a folder with CreateFolder. Rejects with SourceFailure, `item-permanent` for one that is not made. */
export async function makeFolder(
  session: EwsSession,
  { name, class: kind }: Pick<SourceFolder, 'name' | 'class'>,
  parent: SourceFolder | null,
  signal: AbortSignal,
): Promise<SourceFolder> {
  const what = `Making the folder "${name}"`
  const made = elementOf(name, kind)
  if (made === undefined)
    throw new SourceFailure('item-permanent', 'not-made', `${what}: EWS has none of its kind.`)
  const ParentFolderId =
    parent === null ? session.distinguished('msgfolderroot') : { FolderId: { Id: parent.key } }
  const [answer] = await session.messages<'CreateFolder', FolderInfoResponseMessageType>(
    'CreateFolder',
    { ParentFolderId, Folders: [made] },
    signal,
  )
  if (answer?.ResponseClass === 'Error') throw failureOfOne(answer, what)
  const folder = Object.values(answer?.Folders?.[0] ?? {})[0] as BaseFolderType | undefined
  const key = folder?.FolderId?.Id
  if (key === undefined)
    throw new SourceFailure('transient', 'protocol', `${what}: the answer to CreateFolder names none.`)
  const none = { role: null, folderClass: null, items: 0, sizeBytes: 0 }
  return { key, parent: parent?.key ?? null, name, class: kind, ...none }
}

function elementOf(
  DisplayName: string,
  kind: SourceFolder['class'],
): NonEmptyArrayOfFoldersType[number] | undefined {
  switch (kind) {
    case 'message':
      return { Folder: { DisplayName, FolderClass: 'IPF.Note' } }
    case 'note':
      return { Folder: { DisplayName, FolderClass: 'IPF.StickyNote' } }
    case 'event':
      return { CalendarFolder: { DisplayName } }
    case 'contact':
      return { ContactsFolder: { DisplayName } }
    case 'task':
      return { TasksFolder: { DisplayName } }
    default:
      return undefined
  }
}
