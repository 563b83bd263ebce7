/** Folders beside the mailbox, which are found by their names alone: the online archive, and what can still be brought back. */
import type { Loss, SourceFolder } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { BaseFolderType, FolderInfoResponseMessageType } from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfMessage } from './failures.ts'
import { archiveRecoverableRoles, recoverableRoles } from './folder-roles.ts'
import { allRows, type FolderRow, folderShape, isSearch, shown } from './folder-rows.ts'

export const ARCHIVE_ROOT = 'archivemsgfolderroot'
/** As Outlook calls it: its folders lie in one of that name here. */
const ARCHIVE_NAME = 'Online Archive'

/** `refused`: it may be there, and was not told; what is known of it holds. */
type Beside<T> = { found: T } | { found: null; refused: Loss | null }

/** The archive of a mailbox: its root, and every folder below it. Rejects with SourceFailure of what passes. */
export async function readArchive(
  session: EwsSession,
  signal: AbortSignal,
): Promise<Beside<{ root: SourceFolder; rows: readonly FolderRow[] }>> {
  try {
    const [row] = await rowsOf(session, [ARCHIVE_ROOT], 'The online archive', signal)
    if (row === undefined || row === null) return { found: null, refused: null }
    const rows = await allRows(session, session.distinguished(ARCHIVE_ROOT), signal)
    // Some servers have one in every mailbox.
    if (itemsOf([row, ...rows]) === 0) return { found: null, refused: null }
    return { found: { root: { ...shown(row, null, null), name: ARCHIVE_NAME, class: 'message' }, rows } }
  } catch (error) {
    return { found: null, refused: refusedAs('online archive', error) }
  }
}

/** The folders of the recoverable area by their roles, with those of the archive where it is taken too. Rejects as `readArchive`. */
export async function readRecoverable(
  session: EwsSession,
  { archive }: { archive: boolean },
  signal: AbortSignal,
): Promise<Beside<readonly SourceFolder[]>> {
  const names = [...recoverableRoles, ...(archive ? archiveRecoverableRoles : [])]
  try {
    const rows = await rowsOf(session, names, 'What can be brought back', signal)
    return { found: rows.flatMap((row, at) => (row === null ? [] : [shown(row, null, names[at]!)])) }
  } catch (error) {
    return { found: null, refused: refusedAs('recoverable items', error) }
  }
}

/** That an archive is left: some servers have one in every mailbox, so it is a loss where something lies in it, or it cannot be read. */
export async function archiveLeft(session: EwsSession, signal: AbortSignal): Promise<readonly Loss[]> {
  const left = (what: string): readonly Loss[] => [
    {
      property: 'online archive',
      reason:
        `${what} left there; the option "archive" of a source of kind exchange takes it over, and ` +
        'New-MailboxExportRequest -IsArchive writes it into a PST file, which is a source too',
      weight: 'visible',
    },
  ]
  try {
    const items = itemsOf(await allRows(session, session.distinguished(ARCHIVE_ROOT), signal))
    return items === 0 ? [] : left(`it holds ${items} ${items === 1 ? 'item' : 'items'} and is`)
  } catch (error) {
    if (!(error instanceof SourceFailure) || error.kind !== 'mailbox-permanent') throw error
    return left('it cannot be looked into and is')
  }
}

const itemsOf = (rows: readonly FolderRow[]): number =>
  rows.reduce((sum, row) => sum + (isSearch(row) ? 0 : (row.TotalCount ?? 0)), 0)

/** What a mailbox answers that has none. */
const absent: ReadonlySet<string> = new Set([
  'ErrorFolderNotFound',
  'ErrorItemNotFound',
  'ErrorArchiveMailboxNotEnabled',
  'ErrorMailboxHasNoArchive',
])
/** What a server answers that is older than the words. */
const unknown: ReadonlySet<string> = new Set([
  'ErrorInvalidRequest',
  'ErrorSchemaValidation',
  'ErrorInvalidServerVersion',
])

/** In the order of their names, null for those that are not there. */
async function rowsOf(
  session: EwsSession,
  names: readonly string[],
  what: string,
  signal: AbortSignal,
): Promise<readonly (FolderRow | null)[]> {
  let answers: readonly FolderInfoResponseMessageType[]
  try {
    answers = await session.messages<'GetFolder', FolderInfoResponseMessageType>(
      'GetFolder',
      { FolderShape: folderShape, FolderIds: names.map((name) => session.distinguished(name)) },
      signal,
    )
  } catch (error) {
    if (!(error instanceof SourceFailure) || !unknown.has(error.code)) throw error
    return names.map(() => null)
  }
  return names.map((_, at) => {
    const answer = answers[at] ?? { ResponseClass: 'Error' as const }
    if (answer.ResponseClass === 'Error') {
      if (absent.has(answer.ResponseCode ?? '')) return null
      throw failureOfMessage(answer, `${what} of ${session.mailbox}`, 'mailbox-permanent')
    }
    const folder = Object.values(answer.Folders?.[0] ?? {})[0] as BaseFolderType | undefined
    return folder?.FolderId === undefined ? null : { ...folder, id: folder.FolderId.Id, parent: undefined }
  })
}

/** Throws what passes, and what is no failure of the source. */
function refusedAs(property: string, error: unknown): Loss {
  if (!(error instanceof SourceFailure)) throw error
  if (error.kind !== 'refused' && error.kind !== 'mailbox-permanent') throw error
  return { property, reason: `it cannot be read and stays there: ${error.message}`, weight: 'visible' }
}
