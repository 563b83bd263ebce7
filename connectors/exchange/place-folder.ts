import type { SourceFolder } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type {
  FolderInfoResponseMessageType,
  NonEmptyArrayOfFoldersType,
  ResponseMessageType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfOne } from './failures.ts'

/** Renames a folder with UpdateFolder and moves it with MoveFolder. Rejects with SourceFailure, `item-permanent` for one that is not. */
export async function placeFolder(
  session: EwsSession,
  folder: SourceFolder,
  { name, parent }: { name: string; parent: SourceFolder | null },
  signal: AbortSignal,
): Promise<SourceFolder> {
  const { key } = folder
  if (folder.parent !== (parent?.key ?? null)) {
    const ToFolderId =
      parent === null ? session.distinguished('msgfolderroot') : { FolderId: { Id: parent.key } }
    const [answer] = await session.messages<'MoveFolder', FolderInfoResponseMessageType>(
      'MoveFolder',
      { ToFolderId, FolderIds: [{ FolderId: { Id: key } }] },
      signal,
    )
    mustBeDone(answer, `Moving the folder "${folder.name}"`)
  }
  if (folder.name !== name) {
    const named = { DisplayName: name } as const
    const element = elementOf(folder, named)
    const [answer] = await session.messages<'UpdateFolder', FolderInfoResponseMessageType>(
      'UpdateFolder',
      {
        FolderChanges: [
          {
            FolderId: { Id: key },
            Updates: [{ SetFolderField: { FieldURI: { FieldURI: 'folder:DisplayName' }, ...element } }],
          },
        ],
      },
      signal,
    )
    mustBeDone(answer, `Renaming the folder "${folder.name}"`)
  }
  return { ...folder, name, parent: parent?.key ?? null }
}

function mustBeDone(answer: ResponseMessageType | undefined, what: string): void {
  if (answer === undefined) throw new SourceFailure('transient', 'protocol', `${what}: the answer is empty.`)
  if (answer.ResponseClass === 'Error') throw failureOfOne(answer, what)
}

function elementOf(
  { class: kind }: SourceFolder,
  named: { DisplayName: string },
): NonEmptyArrayOfFoldersType[number] {
  switch (kind) {
    case 'event':
      return { CalendarFolder: named }
    case 'contact':
      return { ContactsFolder: named }
    case 'task':
      return { TasksFolder: named }
    default:
      return { Folder: named }
  }
}
