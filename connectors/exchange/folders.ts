import type { Loss, SourceConfiguration, SourceFolder } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { BaseFolderType, FolderInfoResponseMessageType } from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { retentionOf } from './folder-properties.ts'
import { machineMade, newRoles, oldRoles } from './folder-roles.ts'
import { allRows, type FolderRow, isHidden, isSearch, shown } from './folder-rows.ts'
import { ARCHIVE_ROOT, readArchive, readRecoverable } from './folders-beside.ts'
import type { KnownRoles } from './known-roles.ts'

export type Wanted = {
  /** The online archive beside the mailbox. */
  archive: boolean
  /** What was deleted and can still be brought back. */
  recoverable: boolean
}

export type FoundFolders = {
  folders: readonly SourceFolder[]
  /** What retention says of them. */
  retention: readonly SourceConfiguration[]
  /** Folders with items that stay where they are. */
  losses: readonly Loss[]
  /** There is an online archive, and it is not read. */
  leavesArchive: boolean
  /** Some that were asked for were refused, and may be there. */
  lacksFolders: boolean
}

type Roles = ReadonlyMap<string, string>
/** Folders by what they are for, and whether there is an archive. */
export type FoundRoles = { roles: Roles; hasArchive: boolean }

/** Roles that were told earlier; `counts`: they are asked for only where the folders are others by now. */
export type RememberedRoles = { roles: KnownRoles; counts: boolean }

/**
 * Every folder below the visible roots with what it is for, parents before children; `told`: as `rolesAtOnce` found them. The
 * archive is a folder of its own beside them, what can be brought back comes last: by then it is known whence it went.
 * Rejects with SourceFailure.
 */
export async function findFolders(
  session: EwsSession,
  wanted: Wanted,
  signal: AbortSignal,
  { told, known }: { told?: FoundRoles | undefined; known?: RememberedRoles | undefined } = {},
): Promise<FoundFolders> {
  const before = told ?? (known?.counts ? undefined : await rolesOf(session, signal))
  const losses: Loss[] = []
  const folders: SourceFolder[] = []
  const retention: SourceConfiguration[] = []
  const rows = await allRows(session, session.distinguished(ROOT), signal)
  const ids = rows.map(({ id }) => id)
  const remembered = before === undefined ? known?.roles.of(session.mailbox, ids) : undefined
  const found = before ?? remembered ?? (await rolesOf(session, signal))
  if (remembered === undefined && session.isRecent) known?.roles.note(session.mailbox, ids, found)
  const { roles, hasArchive } = found
  sort({ rows, roles, top: null }, { folders, retention, losses })
  const refused: Loss[] = []
  const note = (loss: Loss | null) => void (loss && refused.push(loss))
  if (wanted.archive) {
    const archive = await readArchive(session, signal)
    if (archive.found === null) note(archive.refused)
    else {
      const { root, rows } = archive.found
      folders.push(root)
      sort({ rows, roles, top: root.key }, { folders, retention, losses })
    }
  }
  if (wanted.recoverable) {
    const deleted = await readRecoverable(session, wanted, signal)
    if (deleted.found === null) note(deleted.refused)
    else folders.push(...deleted.found)
  }
  return {
    folders,
    retention,
    losses: [...losses, ...refused],
    leavesArchive: hasArchive && !wanted.archive,
    lacksFolders: refused.length > 0,
  }
}

const ROOT = 'msgfolderroot'

/**
 * The same in the one call that shows that the mailbox can be opened, for a server that knows all words; undefined where it
 * refuses one of them, or the mailbox. Rejects with SourceFailure of what passes.
 */
export async function rolesAtOnce(session: EwsSession, signal: AbortSignal): Promise<FoundRoles | undefined> {
  try {
    const ids = await idsOf(session, [ROOT, ...oldRoles, ...laterRoles(session)], signal)
    return ids.delete(ROOT) ? rolesIn(ids) : undefined
  } catch (error) {
    if (!isRefusal(error)) throw error
    return undefined
  }
}

/** Ids of folders with a purpose, whatever they are called (migration.md 5, scenario 10), and whether there is an archive. */
async function rolesOf(session: EwsSession, signal: AbortSignal): Promise<FoundRoles> {
  const later = laterRoles(session)
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

const laterRoles = (session: EwsSession): string[] => (session.isRecent ? [...newRoles, ARCHIVE_ROOT] : [])

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

/** Those that are taken, and those that are left; `top`: what the uppermost lie in. */
function sort(
  { rows, roles, top }: { rows: readonly FolderRow[]; roles: Roles; top: string | null },
  into: { folders: SourceFolder[]; retention: SourceConfiguration[]; losses: Loss[] },
): void {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const children = new Map<string | undefined, FolderRow[]>()
  for (const row of rows) {
    const parent = row.parent !== undefined && byId.has(row.parent) ? row.parent : undefined
    const there = children.get(parent)
    if (there === undefined) children.set(parent, [row])
    else there.push(row)
  }
  // Without recursion: folders may lie 300 deep (scenario 16).
  const waiting = (children.get(undefined) ?? []).map((row) => ({ row, parent: top, left: '' }))
  for (let at = 0; at < waiting.length; at++) {
    const { row, parent, left } = waiting[at]!
    const role = roles.get(row.id) ?? null
    const why = left || leftOutBecause(row, role)
    if (why === '') {
      into.folders.push(shown(row, parent, role))
      into.retention.push(...retentionOf(row.id, row.ExtendedProperty))
    } else if ((row.TotalCount ?? 0) > 0 && !isSearch(row))
      into.losses.push({
        property: `folder "${row.DisplayName ?? ''}"`,
        reason: `${row.TotalCount} items stay there: ${why}`,
        weight: 'metadata',
      })
    for (const child of children.get(row.id) ?? []) waiting.push({ row: child, parent: row.id, left: why })
  }
}

function leftOutBecause(row: FolderRow, role: string | null): string {
  if (isSearch(row)) return 'a search folder shows what lies elsewhere'
  if (role !== null && machineMade.has(role)) return 'programs fill this folder by themselves'
  if (role === null && isHidden(row)) return 'a hidden folder of a program'
  return ''
}
