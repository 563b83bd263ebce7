import type { Loss, RenamedFolders, SourceFolder } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import type { LedgerFolder, LedgerItem } from '../../store.ts'
import { renameFoldersOfGrants } from '../grants/grants.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'

/** Items of a folder that are looked for in another one. */
const SAMPLE = 50
/** Rows that one transaction gives other keys. */
const ROWS = 200
/** Where more folders than these may be the one that is looked for, those of its name alone are looked into. */
const MOST_LOOKED_INTO = 20

type KnownAgain = {
  known: readonly LedgerFolder[]
  /** By the keys of folders that may be one that the ledger knows, and that nothing proves to be it. */
  doubts: ReadonlyMap<string, Loss>
}
/** A folder of the ledger, and what it is now. */
type Renaming = { row: LedgerFolder; folder: SourceFolder }

/**
 * Finds folders that were renamed or moved at a source which knows them by their names, and gives them, and what lies in them, the keys
 * that they have now: from there on they are folders like any others that were renamed. One is another one's former self where both have
 * one life and the same items; what is empty, where nothing else has its life; what holds nothing itself, where what lies below it went
 * there. Whatever is left in doubt begins anew, and is told. Run again after it broke off, it goes on. Throws as `Lane.call`.
 */
export async function knownAgain(
  run: PassRun,
  sources: readonly SourceFolder[],
  known: readonly LedgerFolder[],
): Promise<KnownAgain> {
  const { renamed } = run.source
  if (renamed === undefined) return { known, doubts: new Map() }
  const rows = known.filter(({ gone }) => !gone)
  const { formers, fresh } = await unmatched(run, renamed, sources, rows)
  if (formers.length === 0 || fresh.length === 0) return { known, doubts: new Map() }
  const { pairs, doubts } = await paired(run, renamed, { formers, fresh, sources, rows })
  await addParents(run, renamed, pairs, { formers, fresh, rows, sources })
  if (pairs.size === 0) return { known, doubts }
  const now = new Map(known.map((row) => [row.no, row]))
  const holders = new Map(known.map(({ key, no }) => [key, no]))
  const keys = new Map<string, string>()
  for (const { row, folder } of pairs.values()) {
    const holder = now.get(holders.get(folder.key)!)
    // It goes out of the way, and is renamed in its turn or gone.
    if (holder?.key === folder.key)
      now.set(holder.no, await rekeyed(run, holder, `${holder.key}\0${holder.no}`))
    keys.set(row.key, folder.key)
    now.set(row.no, await takeAlong(run, renamed, now.get(row.no)!, folder))
  }
  await commit(run, (writer) => renameFoldersOfGrants(writer, run.at.organization, run.member, keys))
  return { known: [...now.values()], doubts }
}

type Unmatched = { formers: readonly LedgerFolder[]; fresh: readonly SourceFolder[] }
type Matching = Unmatched & { rows: readonly LedgerFolder[]; sources: readonly SourceFolder[] }

const someItems = (
  { store, at }: PassRun,
  { no }: LedgerFolder,
  limit: number,
): Promise<readonly LedgerItem[]> => store.migration.unlistedItems(at, no, Number.MAX_SAFE_INTEGER, limit)

/** Folders of the ledger that are not there as they were, and folders that the ledger does not know as they are. */
async function unmatched(
  run: PassRun,
  renamed: RenamedFolders,
  sources: readonly SourceFolder[],
  rows: readonly LedgerFolder[],
): Promise<Unmatched> {
  const listed = new Map(sources.map((folder) => [folder.key, folder]))
  const others = new Set<string>()
  const formers: LedgerFolder[] = []
  for (const row of rows) {
    const folder = listed.get(row.key)
    if (folder !== undefined) {
      const is = renamed.lifeOf(folder)
      // Where it broke off in the middle of new keys, what lies in it tells alone.
      const [item] = row.cursor === null && is !== undefined ? await someItems(run, row, 1) : []
      const was = renamed.lifeWas(row, item?.key)
      if (was === undefined || is === undefined || was === is) continue
      others.add(row.key)
    }
    formers.push(row)
  }
  const same = new Set(rows.flatMap(({ key }) => (others.has(key) ? [] : key)))
  return { formers, fresh: sources.filter((each) => each.class !== 'search' && !same.has(each.key)) }
}

const countsOf = (lives: Iterable<string | undefined>): Map<string | undefined, number> => {
  const counts = new Map<string | undefined, number>()
  for (const life of lives) counts.set(life, (counts.get(life) ?? 0) + 1)
  return counts
}

async function paired(
  run: PassRun,
  renamed: RenamedFolders,
  { formers, fresh, sources, rows }: Matching,
): Promise<{ pairs: Map<string, Renaming>; doubts: Map<string, Loss> }> {
  const ofLife = Map.groupBy(fresh, (folder) => renamed.lifeOf(folder))
  const [now, before] = [sources.map(renamed.lifeOf), rows.map((row) => renamed.lifeWas(row))].map(countsOf)
  const found: Renaming[] = []
  const perhaps: Renaming[] = []
  for (const row of formers) {
    const sample = await someItems(run, row, SAMPLE)
    const life = renamed.lifeWas(row, sample[0]?.key)
    const all = life === undefined ? [] : (ofLife.get(life) ?? [])
    const isOnly = now!.get(life) === 1 && (before!.get(life) ?? 0) <= 1
    const some = all.length > MOST_LOOKED_INTO ? all.filter(({ name }) => name === row.name) : all
    for (const folder of some) {
      const holds =
        sample.length === 0 ? isOnly : await run.lane.call((signal) => told(renamed, folder, sample, signal))
      if (holds === true) found.push({ row, folder })
      else if (holds === undefined && isOnly) perhaps.push({ row, folder })
    }
  }
  const doubts = new Map(perhaps.map((each) => [each.folder.key, doubt(each)]))
  const pairs = new Map<string, Renaming>()
  const [ofRow, ofFolder] = [
    Map.groupBy(found, ({ row }) => row.key),
    Map.groupBy(found, ({ folder }) => folder.key),
  ]
  for (const each of found)
    if (ofRow.get(each.row.key)!.length === 1 && ofFolder.get(each.folder.key)!.length === 1)
      pairs.set(each.row.key, each)
    else doubts.set(each.folder.key, doubt(each))
  return { pairs, doubts }
}

const doubt = ({ row, folder }: Renaming): Loss => ({
  property: 'folder before',
  reason: `"${folder.name}" may be what was "${row.name}" there before, and nothing proves it: the folder here that was made for that one is not renamed.`,
  weight: 'metadata',
})

/** What cannot be read proves nothing. */
async function told(
  renamed: RenamedFolders,
  folder: SourceFolder,
  sample: readonly LedgerItem[],
  signal: AbortSignal,
): Promise<boolean | undefined> {
  try {
    return await renamed.holds(folder, sample, signal)
  } catch (error) {
    if (error instanceof SourceFailure && error.kind === 'item-permanent') return undefined
    throw error
  }
}

/** Those that hold nothing themselves, by what lay below them and lies below others now under the same name, level by level upwards. */
async function addParents(
  run: PassRun,
  renamed: RenamedFolders,
  pairs: Map<string, Renaming>,
  { formers, fresh, rows, sources }: Matching,
): Promise<void> {
  const listed = new Map(sources.map((folder) => [folder.key, folder]))
  const before = new Map<string, LedgerFolder>()
  for (const row of formers)
    if (!listed.has(row.key) && renamed.lifeWas(row) === undefined)
      if ((await someItems(run, row, 1)).length === 0) before.set(row.key, row)
  const after = new Map(
    fresh.filter((each) => renamed.lifeOf(each) === undefined).map((each) => [each.key, each]),
  )
  for (let wasFound = true; wasFound; ) {
    wasFound = false
    const taken = new Set([...pairs.values()].map(({ folder }) => folder.key))
    const above = rows.flatMap((row): Renaming[] => {
      const folder = pairs.get(row.key)?.folder ?? listed.get(row.key)
      const parent = row.parent === null ? undefined : before.get(row.parent)
      const now = folder?.parent == null ? undefined : after.get(folder.parent)
      if (parent === undefined || now === undefined || folder!.name !== row.name) return []
      return pairs.has(parent.key) || taken.has(now.key) ? [] : [{ row: parent, folder: now }]
    })
    const goals = Map.groupBy(above, ({ row }) => row.key)
    const origins = Map.groupBy(above, ({ folder }) => folder.key)
    const isOne = (some: readonly Renaming[]) =>
      some.every(({ row, folder }) => row === some[0]!.row && folder === some[0]!.folder)
    for (const each of above)
      if (isOne(goals.get(each.row.key)!) && isOne(origins.get(each.folder.key)!)) {
        wasFound ||= !pairs.has(each.row.key)
        pairs.set(each.row.key, each)
      }
  }
}

const rekeyed = (run: PassRun, row: LedgerFolder, key: string): Promise<LedgerFolder> =>
  commit(run, ({ migration }) => migration.putLedgerFolder(run.at, { ...row, key }))

/**
 * Gives a folder its key, and its items theirs. Until all have them it is a folder of which a list of everything has begun: should it be
 * found by nobody then, what it holds is known by what it is.
 */
async function takeAlong(
  run: PassRun,
  renamed: RenamedFolders,
  row: LedgerFolder,
  folder: SourceFolder,
): Promise<LedgerFolder> {
  const listing = row.listing + 1
  const isWhole = row.cursor !== null && !row.isListing
  // Of that list none of them counts as named yet.
  const begun = { ...row, cursor: null, isListing: true, listing: listing + 1 }
  const done = { ...(isWhole ? { ...row, listing } : begun), key: folder.key }
  for (;;) {
    run.lane.throwIfDraining()
    const { isDone, noted } = await commit(run, async ({ migration }) => {
      const items = await migration.unlistedItems(run.at, row.no, listing, ROWS)
      for (const item of items) {
        const key = renamed.keyIn(folder, item.key)
        await (key === item.key
          ? migration.putLedgerItem(run.at, { ...item, listing })
          : migration.renameLedgerItem(run.at, { ...item, listing }, key))
      }
      const isDone = items.length < ROWS
      return { isDone, noted: await migration.putLedgerFolder(run.at, isDone ? done : begun) }
    })
    if (isDone) return noted
  }
}
