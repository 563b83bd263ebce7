import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../../../refusal.ts'
import type { Store } from '../../../store.ts'
import type { SourceFolder, SourceMailbox } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import type { Member, ProjectSettings } from '../project/project.ts'

type Row = {
  /** With the folders above it, a slash between each two. */
  name: string
  isNew: boolean
  fresh: number
  changed: number
  gone: number
  bytes: number
  tooLarge: number
  /** Why the source does not let this folder be read. */
  unread?: string
}

/** Where a dry run goes on: in the middle of a folder, with what was seen of it. */
export type DryRunPlace = {
  folder: string
  cursor: string | null
  seen: Omit<Row, 'name' | 'isNew' | 'unread'>
}

/** What a pass would do, folder by folder; `next` where the time for it was over before the last one. */
export type DryRun = { folders: readonly Row[]; next: DryRunPlace | null }

const MOST_FOLDERS = 100_000
const nothing: DryRunPlace['seen'] = { fresh: 0, changed: 0, gone: 0, bytes: 0, tooLarge: 0 }

type Part = { from: DryRunPlace | null; isOver: () => boolean; signal: AbortSignal }

/**
 * Reads what a pass would read of the lists, and writes nothing, neither here nor there. Throws what the source throws; refuses
 * `try-later` where the folder to go on with is gone.
 */
export async function dryRun(
  store: Store,
  member: Member,
  organization: OrganizationId,
  source: SourceMailbox,
  settings: ProjectSettings,
  { from, isOver, signal }: Part,
): Promise<DryRun> {
  const at = member.mailbox === null ? null : { organization, mailbox: member.mailbox }
  const known = new Map(
    at === null
      ? []
      : (await store.migration.listLedgerFolders(at, member.source)).map((row) => [row.key, row]),
  )
  const folders: Row[] = []
  const all: SourceFolder[] = []
  for await (const folder of source.folders(signal)) if (all.push(folder) >= MOST_FOLDERS) break
  const pathOf = pathsOf(all)
  const first = from === null ? 0 : all.findIndex(({ key }) => key === from.folder)
  if (first < 0)
    throw new Refusal('try-later', 'The folders of the mailbox were changed meanwhile. Ask once more.')
  for (const folder of all.slice(first)) {
    const row = known.get(folder.key)
    const goesOn = from?.folder === folder.key
    const seen = { ...(goesOn ? from.seen : nothing) }
    let unread: string | undefined
    for (let cursor = goesOn ? from.cursor : (row?.cursor ?? null), more = true; more; ) {
      signal.throwIfAborted()
      const page = await source.changes(folder, cursor, settings.pageItems, signal).catch(unreadable)
      if (page instanceof SourceFailure) {
        unread = page.message
        break
      }
      const keys = page.changes.map(({ key }) => key)
      const rows = at === null ? new Map() : await store.migration.findLedgerItems(at, member.source, keys)
      for (const change of page.changes) {
        const before = rows.get(change.key)
        if (change.kind === 'gone') seen.gone += before === undefined ? 0 : 1
        else if (change.kind === 'read' || before !== undefined)
          seen.changed += change.kind === 'read' || before.version !== change.version ? 1 : 0
        else {
          seen.fresh++
          seen.bytes += change.sizeBytes ?? 0
          if ((change.sizeBytes ?? 0) > settings.largestItemBytes) seen.tooLarge++
        }
      }
      cursor = page.cursor
      more = page.more
      if (more && isOver()) return { folders, next: { folder: folder.key, cursor, seen } }
    }
    folders.push({ name: pathOf(folder), isNew: row === undefined, ...seen, ...(unread && { unread }) })
    const next = all[first + folders.length]
    if (next !== undefined && isOver()) {
      const cursor = known.get(next.key)?.cursor ?? null
      return { folders, next: { folder: next.key, cursor, seen: nothing } }
    }
  }
  return { folders, next: null }
}

function pathsOf(all: readonly SourceFolder[]): (folder: SourceFolder) => string {
  const byKey = new Map(all.map((folder) => [folder.key, folder]))
  return (folder) => {
    const names: string[] = []
    const passed = new Set<SourceFolder>()
    for (let at: SourceFolder | undefined = folder; at !== undefined && !passed.has(at); ) {
      passed.add(at)
      if (at.role !== 'msgfolderroot' || at === folder) names.unshift(at.name)
      at = at.parent === null ? undefined : byKey.get(at.parent)
    }
    return names.join('/')
  }
}

/** The failure of one folder alone; any other is thrown. */
function unreadable(error: unknown): SourceFailure {
  if (error instanceof SourceFailure && (error.kind === 'item-permanent' || error.ofMailbox)) return error
  throw error
}
