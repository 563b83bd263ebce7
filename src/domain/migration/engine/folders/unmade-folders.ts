import type { SourceChange, SourceFolder } from '../../source.ts'
import type { LedgerFolder, LedgerItem } from '../../store.ts'
import type { PassRun } from '../ledger/page-run.ts'
import type { MappedFolder } from './map-folders.ts'

/** Folders that somebody deleted here since the flip, by the key that they have at the source. */
export class UnmadeFolders {
  readonly #left: ReadonlyMap<string, SourceFolder>
  readonly #settle: (folder: SourceFolder) => Promise<LedgerFolder>
  readonly #made = new Map<string, LedgerFolder>()

  constructor(left: readonly SourceFolder[], settle: (folder: SourceFolder) => Promise<LedgerFolder>) {
    this.#left = new Map(left.map((folder) => [folder.key, folder]))
    this.#settle = settle
  }

  has(key: string): boolean {
    return this.#left.has(key)
  }

  /** Makes it again, and those above it, each once. */
  async make(key: string): Promise<LedgerFolder> {
    const before = this.#made.get(key)
    if (before !== undefined) return before
    const folder = this.#left.get(key)!
    if (folder.parent !== null && this.has(folder.parent)) await this.make(folder.parent)
    const made = await this.#settle(folder)
    this.#made.set(key, made)
    return made
  }

  /** A row that may be of before it was made again: where its folder is now. */
  asMade(row: LedgerFolder): LedgerFolder {
    const made = this.#made.get(row.key)
    if (made === undefined) return row
    const { target, placed, from } = made
    const losses = [...made.losses, ...row.losses.filter(({ property }) => !ofPlace.has(property))]
    return { ...row, target, placed, losses, ...(from && { from }) }
  }
}

/** What a place here costs a folder. */
const ofPlace: ReadonlySet<string> = new Set(['folder', 'folder name'])

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
  { at }: MappedFolder,
  folder: LedgerFolder,
  changes: readonly SourceChange[],
): Promise<LedgerFolder> {
  if (unmade.has(at.key) && (await bringsSomething(run, folder, changes))) await unmade.make(at.key)
  return unmade.asMade(folder)
}

/** The same where rows of it are to be read whatever the source says. */
export async function madeForRows(
  unmade: UnmadeFolders,
  { at, folder }: MappedFolder,
  rows: readonly LedgerItem[],
): Promise<LedgerFolder> {
  if (unmade.has(at.key) && rows.some(({ item }) => item === null)) await unmade.make(at.key)
  return unmade.asMade(folder)
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
