import type { SourceFolder } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type {
  FolderInfoResponseMessageType,
  NonEmptyArrayOfFoldersType,
  ResponseMessageType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfOne } from './failures.ts'

/**
 * Renames a folder with UpdateFolder and moves it with MoveFolder, in the order in which no other is in the way. Rejects with
 * SourceFailure, `item-permanent` for one that is not.
 */
export async function placeFolder(
  session: EwsSession,
  folder: SourceFolder,
  { name, parent }: { name: string; parent: SourceFolder | null },
  signal: AbortSignal,
): Promise<SourceFolder> {
  const moves = folder.parent !== (parent?.key ?? null)
  const isRenamed = folder.name !== name
  try {
    if (moves) await move(session, folder, parent, signal)
    if (isRenamed) await rename(session, folder, name, signal)
  } catch (error) {
    // Where it goes to, one has the name that it has now.
    if (!(error instanceof SourceFailure) || error.code !== 'ErrorFolderExists' || !moves || !isRenamed)
      throw error
    await rename(session, folder, name, signal)
    await move(session, folder, parent, signal)
  }
  return { ...folder, name, parent: parent?.key ?? null }
}

async function move(
  session: EwsSession,
  { key, name }: SourceFolder,
  parent: SourceFolder | null,
  signal: AbortSignal,
): Promise<void> {
  const ToFolderId =
    parent === null ? session.distinguished('msgfolderroot') : { FolderId: { Id: parent.key } }
  const [answer] = await session.messages<'MoveFolder', FolderInfoResponseMessageType>(
    'MoveFolder',
    { ToFolderId, FolderIds: [{ FolderId: { Id: key } }] },
    signal,
  )
  mustBeDone(answer, `Moving the folder "${name}"`)
}

async function rename(
  session: EwsSession,
  folder: SourceFolder,
  DisplayName: string,
  signal: AbortSignal,
): Promise<void> {
  const element = elementOf(folder, { DisplayName })
  const [answer] = await session.messages<'UpdateFolder', FolderInfoResponseMessageType>(
    'UpdateFolder',
    {
      FolderChanges: [
        {
          FolderId: { Id: folder.key },
          Updates: [{ SetFolderField: { FieldURI: { FieldURI: 'folder:DisplayName' }, ...element } }],
        },
      ],
    },
    signal,
  )
  mustBeDone(answer, `Renaming the folder "${folder.name}"`)
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
