import type { Folder } from '../../mailbox/folder.ts'
import type { FolderNo } from '../../mailbox/item.ts'
import type { Loss, SourceFolder } from '../source.ts'
import { SourceFailure } from '../source-failure.ts'
import type { LedgerFolder } from '../store.ts'
import { visibleFolders } from './late-items.ts'
import { commit, type PassRun } from './page-run.ts'
import type { Place, Places } from './return-places.ts'

/** What was done here with a folder since the move. */
export type FolderChange =
  | { kind: 'made'; folder: Folder }
  | { kind: 'placed'; folder: Folder; row: LedgerFolder }
  | { kind: 'removed'; row: LedgerFolder }

/** Pure: folders that were made, renamed, moved or deleted here, parents before children. */
export function changedFolders(
  here: readonly Folder[],
  rows: readonly LedgerFolder[],
): readonly FolderChange[] {
  const folders = new Map(here.map((folder) => [folder.no, folder]))
  const known = rows.filter(({ gone }) => !gone)
  const targets = new Map(known.map((row) => [row.target, row]))
  const removed = known.filter(({ target }) => !folders.has(target))
  const missing = new Set(rows.flatMap(({ key, target }) => (folders.has(target) ? [] : key)))
  return [
    ...visibleFolders(here)
      .filter(({ no, distinguished }) => distinguished === null && !targets.has(no))
      .map((folder): FolderChange => ({ kind: 'made', folder })),
    ...known.flatMap((row): FolderChange[] => {
      const folder = folders.get(row.target)
      return folder !== undefined && isPlacedAnew(folder, row) ? [{ kind: 'placed', folder, row }] : []
    }),
    // Those below go, or have gone, with the one above them.
    ...removed
      .filter(({ parent }) => parent === null || !missing.has(parent))
      .map((row): FolderChange => ({ kind: 'removed', row })),
  ]
}

/** One that was here before the move, or holds what has no folder of its own, was never given a place by us. */
const isPlacedAnew = (folder: Folder, { placed }: LedgerFolder): boolean =>
  folder.distinguished === null &&
  placed !== null &&
  (folder.name !== placed.name || folder.parent !== placed.parent)

/**
 * Does with the folders of the source what was done with them here since the move; what was deleted here lies among the deleted
 * items there. Answers what of it the source did not do. May be run any number of times. Throws as `Lane.call`.
 */
export async function returnFolders(run: PassRun, places: Places): Promise<readonly Loss[]> {
  const { store, at, member, lane } = run
  const here = await store.mailboxes.listFolders(at)
  const rows = await store.migration.listLedgerFolders(at, member.source)
  const losses: Loss[] = []
  for (const change of changedFolders(here, rows)) {
    lane.throwIfDraining()
    try {
      await doThere(run, places, change, here)
    } catch (error) {
      if (!(error instanceof SourceFailure) || error.kind !== 'item-permanent') throw error
      losses.push(lossOf(change, error.message))
    }
  }
  return losses
}

/** What a folder change is where nothing of it is done there. */
export function lossOf(change: FolderChange, why: string): Loss {
  const said = {
    made: () => 'It was made here and is not there.',
    placed: () =>
      `It was renamed or moved here; there it is still "${(change as { row: LedgerFolder }).row.name}".`,
    removed: () => 'It was deleted here and is still there.',
  }[change.kind]()
  const name = change.kind === 'removed' ? change.row.name : change.folder.name
  return { property: `folder "${name}"`, reason: `${said} ${why}`, weight: 'visible' }
}

async function doThere(
  run: PassRun,
  places: Places,
  change: FolderChange,
  here: readonly Folder[],
): Promise<void> {
  if (change.kind === 'made') {
    const place = await places.of(run, change.folder.no)
    if (place?.folder.target !== change.folder.no)
      throw new SourceFailure('item-permanent', 'not-made', 'The source does not make it.')
    return
  }
  const place = places.named(change.row.key)
  // Somebody there has deleted it.
  if (place === undefined) return
  if (change.kind === 'removed') {
    const bin = places.ofRole('deleteditems')
    if (bin === undefined)
      throw new SourceFailure('item-permanent', 'no-folder', 'The source has no folder for what is deleted.')
    await give(run, place, { name: place.at.name, parent: bin.at }, { gone: true })
    return
  }
  const { name, parent } = change.folder
  const above = await placeAbove(run, places, parent, here)
  await give(run, place, { name, parent: above }, { placed: { name, parent: parent! } })
}

/** Null: the top. */
async function placeAbove(
  run: PassRun,
  places: Places,
  parent: FolderNo | null,
  here: readonly Folder[],
): Promise<SourceFolder | null> {
  const above = here.find(({ no }) => no === parent)
  if (above === undefined || above.distinguished === 'msgfolderroot') return null
  const special = above.distinguished === null ? undefined : places.ofRole(above.distinguished)
  if (special !== undefined) return special.at
  const place = await places.of(run, above.no)
  if (place?.folder.target === above.no) return place.at
  throw new SourceFailure('item-permanent', 'no-folder', `The folder "${above.name}" is not there.`)
}

async function give(
  run: PassRun,
  { at, folder }: Place,
  to: { name: string; parent: SourceFolder | null },
  change: Partial<LedgerFolder>,
): Promise<void> {
  const { lane, source } = run
  const place = source.returns?.placeFolder
  if (place === undefined)
    throw new SourceFailure('item-permanent', 'not-moved', 'The source does not rename or move folders.')
  const isThere = at.name === to.name && at.parent === (to.parent?.key ?? null)
  const now = isThere ? at : await lane.call((signal) => place(at, to, signal))
  const { name, parent } = now
  await commit(run, ({ migration }) =>
    migration.putLedgerFolder(run.at, { ...folder, name, parent, ...change }),
  )
}
