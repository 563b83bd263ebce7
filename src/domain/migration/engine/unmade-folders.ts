import type { SourceChange, SourceFolder } from '../source.ts'
import type { LedgerFolder } from '../store.ts'
import type { MappedFolder } from './map-folders.ts'
import type { PassRun } from './page-run.ts'

/** By the key of each folder that somebody deleted here since the flip: makes it again, once. */
export type UnmadeFolders = ReadonlyMap<string, () => Promise<LedgerFolder>>

/** Pure: of those, the ones with nothing that is to be made below them. */
export function leftUnmade(
  deleted: readonly SourceFolder[],
  made: readonly SourceFolder[],
  all: readonly SourceFolder[],
): readonly SourceFolder[] {
  const parents = new Map(all.map(({ key, parent }) => [key, parent]))
  const left = new Map(deleted.map((folder) => [folder.key, folder]))
  const seen = new Set<string>()
  for (const { parent } of made)
    for (let key = parent; key !== null && !seen.has(key); key = parents.get(key) ?? null) {
      seen.add(key)
      left.delete(key)
    }
  return [...left.values()]
}

/** Whoever deleted a folder here finds it again only where something came into it that never lay here. */
export async function madeFor(
  run: PassRun,
  unmade: UnmadeFolders,
  each: MappedFolder,
  folder: LedgerFolder,
  changes: readonly SourceChange[],
): Promise<LedgerFolder> {
  const make = unmade.get(each.at.key)
  if (make === undefined || !(await bringsSomething(run, folder, changes))) return folder
  const { target, placed, losses, from } = await make()
  each.folder = { ...each.folder, target, placed, losses, ...(from && { from }) }
  return { ...folder, target, placed, losses, ...(from && { from }) }
}

async function bringsSomething(
  { store, at, member }: PassRun,
  { no }: LedgerFolder,
  changes: readonly SourceChange[],
): Promise<boolean> {
  const keys = changes.flatMap(({ kind, key }) => (kind === 'item' ? key : []))
  const rows = await store.migration.findLedgerItems(at, member.source, keys)
  return keys.some((key) => {
    const row = rows.get(key)
    if (row === undefined) return true
    return row.state !== 'deleted' && (row.folder !== no || row.item === null)
  })
}
