import type { OrganizationId } from '#src/base/ids.ts'
import type { Store } from '../../store.ts'
import type { SourceFolder, SourceMailbox } from '../source.ts'
import type { Member, ProjectSettings } from './project.ts'

/** What a pass would do, folder by folder. */
export type DryRun = {
  folders: readonly {
    name: string
    isNew: boolean
    fresh: number
    changed: number
    gone: number
    bytes: number
    tooLarge: number
  }[]
}

const MOST_FOLDERS = 100_000

/** Reads what a pass would read of the lists, and writes nothing, neither here nor there. Throws what the source throws. */
export async function dryRun(
  store: Store,
  member: Member,
  organization: OrganizationId,
  source: SourceMailbox,
  settings: ProjectSettings,
  signal: AbortSignal,
): Promise<DryRun> {
  const at = member.mailbox === null ? null : { organization, mailbox: member.mailbox }
  const known = new Map(
    at === null
      ? []
      : (await store.migration.listLedgerFolders(at, member.source)).map((row) => [row.key, row]),
  )
  const folders: DryRun['folders'][number][] = []
  const all: SourceFolder[] = []
  for await (const folder of source.folders(signal)) if (all.push(folder) >= MOST_FOLDERS) break
  for (const folder of all) {
    const row = known.get(folder.key)
    const seen = {
      name: folder.name,
      isNew: row === undefined,
      fresh: 0,
      changed: 0,
      gone: 0,
      bytes: 0,
      tooLarge: 0,
    }
    for (let cursor = row?.cursor ?? null, more = true; more; ) {
      signal.throwIfAborted()
      const page = await source.changes(folder, cursor, settings.pageItems, signal)
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
    }
    folders.push(seen)
  }
  return { folders }
}
