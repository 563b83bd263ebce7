import type { Folder } from '../../../mailbox/folder.ts'
import type { FolderNo } from '../../../mailbox/item.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import type { Store } from '../../../store.ts'
import type { Loss, SourceFolder } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import type { LedgerFolder } from '../../store.ts'
import { type Since, visibleFolders } from '../ledger/late-items.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'
import { findPlaces, freeKeys, type Place, type Places } from './return-places.ts'

/** What was done here with a folder since the move. */
export type FolderChange =
  | { kind: 'made'; folder: Folder }
  | { kind: 'placed'; folder: Folder; row: LedgerFolder }
  | { kind: 'removed'; row: LedgerFolder }

/**
 * Folders that were renamed, moved, made or deleted here, parents before children. What another source had brought before the move is
 * made there only for what goes into it.
 */
export async function findChangedFolders(
  { migration }: Pick<Store, 'migration'>,
  at: MailboxRef,
  { source, since }: { source: string; since: Since },
  { here, rows }: { here: readonly Folder[]; rows: readonly LedgerFolder[] },
): Promise<readonly FolderChange[]> {
  const others = await migration.targetsOfOthers(at, source)
  const wasHere = ({ createdModseq }: Folder) => 'at' in since || createdModseq <= since.modseq
  return changedFolders(here, rows).filter(
    (change) => change.kind !== 'made' || !others.has(change.folder.no) || !wasHere(change.folder),
  )
}

/** Pure: folders that were renamed, moved, made or deleted here, parents before children. */
function changedFolders(here: readonly Folder[], rows: readonly LedgerFolder[]): readonly FolderChange[] {
  const folders = new Map(here.map((folder) => [folder.no, folder]))
  const known = rows.filter(({ gone }) => !gone)
  // One that was deleted there is made again only for what goes into it.
  const targets = new Set(rows.map(({ target }) => target))
  const removed = known.filter(({ target }) => !folders.has(target))
  const missing = new Set(rows.flatMap(({ key, target }) => (folders.has(target) ? [] : key)))
  return [
    ...known.flatMap((row): FolderChange[] => {
      const folder = folders.get(row.target)
      return folder !== undefined && isPlacedAnew(folder, row) ? [{ kind: 'placed', folder, row }] : []
    }),
    // One of them may have a name that another had before.
    ...visibleFolders(here)
      .filter(({ no, distinguished }) => distinguished === null && !targets.has(no))
      .map((folder): FolderChange => ({ kind: 'made', folder })),
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
export async function returnFolders(
  run: PassRun,
  since: Since,
  kinds: readonly FolderChange['kind'][],
): Promise<readonly Loss[]> {
  const { store, at, member } = run
  const here = await store.mailboxes.listFolders(at)
  const rows = await store.migration.listLedgerFolders(at, member.source)
  const all = await findChangedFolders(store, at, { source: member.source, since }, { here, rows })
  let open = all.filter(({ kind }) => kinds.includes(kind))
  const removed = all.filter(({ kind }) => kind === 'removed')
  const aside = new Set<LedgerFolder['no']>()
  // One may lie where another goes to, until it has its own place.
  for (;;) {
    await knowAside(run, removed)
    const refused = await doAllThere(run, open, here)
    const isStuck = refused.length === open.length
    open = refused.map(({ change }) => change)
    if (open.length === 0) return []
    if (!isStuck || (await setAside(run, open, removed, here, aside))) continue
    const names = await namedAgain(run, open)
    return refused.map(({ change, why }) => lossOf(change, why, names))
  }
}

/**
 * Folders that each lie where the next one goes to: gives one of them a name for the meantime, so that the others find room. One
 * that was deleted here goes to the deleted items, and is known there for what lay in it. Each once; whether it has.
 */
async function setAside(
  run: PassRun,
  open: readonly FolderChange[],
  removed: readonly FolderChange[],
  here: readonly Folder[],
  aside: Set<LedgerFolder['no']>,
): Promise<boolean> {
  const places = await findPlaces(run)
  const bin = places.ofRole('deleteditems')?.at
  const lying = [...open, ...removed].flatMap((change) => {
    if (change.kind === 'made' || aside.has(change.row.no)) return []
    const place = places.ledger(change.row.no)
    const to = change.kind === 'removed' ? bin : undefined
    return place === undefined || (change.kind === 'removed' && to === undefined) ? [] : [{ place, to }]
  })
  for (const change of open) {
    if (change.kind === 'removed') continue
    const { name, parent } = change.folder
    const above = await placeAbove(run, places, parent, here).catch(notThere)
    const inTheWay = lying.find(
      ({ place: { at } }) => above !== undefined && at.name === name && at.parent === (above?.key ?? null),
    )
    if (inTheWay === undefined) continue
    const { place, to } = inTheWay
    aside.add(place.folder.no)
    const room = to
      ? { name: nameInBin(places, place, to), parent: to }
      : { name: nameAside(place.folder), parent: above! }
    await give(run, place, room, {}).catch(notThere)
    return true
  }
  return false
}

/** Of those that were set aside and found no place, by their numbers: the names that they have then, as people know them. */
async function namedAgain(
  run: PassRun,
  open: readonly FolderChange[],
): Promise<ReadonlyMap<LedgerFolder['no'], string>> {
  const names = new Map<LedgerFolder['no'], string>()
  for (const change of open) {
    if (change.kind !== 'placed') continue
    const places = await findPlaces(run)
    const place = places.ledger(change.row.no)
    if (place?.at.name !== nameAside(change.row)) continue
    const { at } = place
    const isFree = (name: string) => !places.isTaken(name, at.parent, at.key)
    const former = change.row.name === at.name ? change.folder.name : change.row.name
    const wanted = [change.folder.name, former].filter(isFree)
    for (let count = 2; wanted.length < 3; count++)
      if (isFree(`${former} (${count})`)) wanted.push(`${former} (${count})`)
    for (const name of wanted) {
      const to = { name, parent: places.there(at.parent) ?? null }
      const isGiven = await give(run, place, to, {}).catch(notThere)
      if (isGiven === undefined) continue
      names.set(change.row.no, name)
      break
    }
  }
  return names
}

/** Those that were set aside by a call whose answer was lost: where names are keys, nobody heard of the one they have. */
async function knowAside(run: PassRun, changes: readonly FolderChange[]): Promise<void> {
  let places: Places | undefined
  for (const change of changes) {
    if (change.kind === 'made') continue
    places ??= await findPlaces(run)
    const { row } = change
    const parent = row.parent === null ? null : { key: row.parent }
    const found = places.ledger(row.no)
      ? undefined
      : change.kind === 'placed'
        ? adopted(places, row, { name: nameAside(row), parent })
        : inBin(places, row)
    if (found === undefined) continue
    await noteKeys(run, row, found.at)
    places = undefined
  }
}

/** What the source refuses; anything else is thrown. */
function notThere(error: unknown): undefined {
  if (!(error instanceof SourceFailure) || error.kind !== 'item-permanent') throw error
}

/** The same at each attempt: should the answer be lost, it is known by that. */
const nameAside = ({ no }: Pick<LedgerFolder, 'no'>): string => `Landbridge ${no}`

/** Among what is deleted there one of its name may lie already. */
const nameInBin = (places: Places, { at, folder }: Place, bin: SourceFolder): string =>
  places.isTaken(at.name, bin.key, at.key) && at.parent !== bin.key ? beside(folder, at.name) : at.name

const beside = ({ no }: Pick<LedgerFolder, 'no'>, name: string): string => `${name} (${no})`

/** One that lies among what is deleted there, under a key that nobody heard of. */
function inBin(places: Places, row: LedgerFolder): Place | undefined {
  const parent = places.ofRole('deleteditems')?.at ?? null
  return (
    adopted(places, row, { name: beside(row, row.name), parent }) ??
    adopted(places, row, { name: row.name, parent })
  )
}

async function doAllThere(
  run: PassRun,
  changes: readonly FolderChange[],
  here: readonly Folder[],
): Promise<readonly { change: FolderChange; why: string }[]> {
  const refused: { change: FolderChange; why: string }[] = []
  await knowAside(run, changes)
  let places: Places | undefined
  for (const change of changes) {
    run.lane.throwIfDraining()
    places ??= await findPlaces(run)
    try {
      const { isRekeyed } = await doThere(run, places, change, here)
      if (isRekeyed) places = undefined
    } catch (error) {
      if (!(error instanceof SourceFailure) || error.kind !== 'item-permanent') throw error
      refused.push({ change, why: error.message })
    }
  }
  return refused
}

/** What a folder change is where nothing of it is done there. */
export function lossOf(
  change: FolderChange,
  why: string,
  names: ReadonlyMap<LedgerFolder['no'], string> = new Map(),
): Loss {
  const said = {
    made: () => 'It was made here and is not there.',
    placed: () => {
      const { no, name } = (change as { row: LedgerFolder }).row
      return `It was renamed or moved here; there it is "${names.get(no) ?? name}".`
    },
    removed: () => 'It was deleted here and is still there.',
  }[change.kind]()
  const name = change.kind === 'removed' ? change.row.name : change.folder.name
  return { property: `folder "${name}"`, reason: `${said} ${why}`, weight: 'visible' }
}

type Done = { isRekeyed: boolean }
const asItWas: Done = { isRekeyed: false }

async function doThere(
  run: PassRun,
  places: Places,
  change: FolderChange,
  here: readonly Folder[],
): Promise<Done> {
  if (change.kind === 'made') {
    const place = await places.of(run, change.folder.no)
    if (place?.folder.target !== change.folder.no)
      throw new SourceFailure('item-permanent', 'not-made', places.whyRefused(change.folder.no))
    return asItWas
  }
  const { row } = change
  const known = places.ledger(row.no)
  if (change.kind === 'removed') {
    const bin = places.ofRole('deleteditems')
    const place = known ?? inBin(places, row)
    if (place === undefined) return asItWas
    if (bin === undefined)
      throw new SourceFailure('item-permanent', 'no-folder', 'The source has no folder for what is deleted.')
    return give(run, place, { name: nameInBin(places, place, bin.at), parent: bin.at }, { gone: true })
  }
  const { name, parent } = change.folder
  const above = await placeAbove(run, places, parent, here)
  const place = known ?? adopted(places, row, { name, parent: above })
  // Somebody there has deleted it.
  if (place === undefined) return asItWas
  return give(run, place, { name, parent: above }, { placed: { name, parent: parent! } })
}

/** One that was put there already, under a key that nobody heard of. */
function adopted(
  places: Places,
  folder: LedgerFolder,
  { name, parent }: { name: string; parent: Pick<SourceFolder, 'key'> | null },
): Place | undefined {
  const at = places.unknown(name, parent?.key ?? null)
  return at && { at, folder }
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
): Promise<Done> {
  const { lane, source } = run
  const place = source.returns?.placeFolder
  if (place === undefined)
    throw new SourceFailure('item-permanent', 'not-moved', 'The source does not rename or move folders.')
  const isThere = at.name === to.name && at.parent === (to.parent?.key ?? null)
  const now = isThere ? at : await lane.call((signal) => place(at, to, signal))
  const isRekeyed = now.key !== folder.key
  if (isRekeyed) await noteKeys(run, { ...folder, ...change }, now)
  else {
    const { name, parent } = now
    await commit(run, ({ migration }) =>
      migration.putLedgerFolder(run.at, { ...folder, name, parent, ...change }),
    )
  }
  return { isRekeyed }
}

/** Where keys are names, those below a folder have others too. */
async function noteKeys(run: PassRun, folder: LedgerFolder, now: SourceFolder): Promise<void> {
  const { store, at, member, lane, source } = run
  const there = await lane.call((signal) => Array.fromAsync(source.folders(signal)))
  const rows = await store.migration.listLedgerFolders(at, member.source)
  const fresh = rekeyed(rows, there, folder, now)
  const keys = new Set(fresh.map(({ key }) => key))
  await commit(run, async ({ migration }) => {
    // Of folders that are gone, and of those that get another key just now.
    await freeKeys(migration, at, rows, keys)
    for (const row of fresh) await migration.putLedgerFolder(at, row)
  })
}

/** Should the mailbox move again, everything in them is listed anew and known by what it is. */
function rekeyed(
  rows: readonly LedgerFolder[],
  there: readonly SourceFolder[],
  row: LedgerFolder,
  { key, name, parent }: SourceFolder,
): readonly LedgerFolder[] {
  const below = rows.flatMap((each) => {
    const found =
      each.parent === row.key && !each.gone
        ? there.find((folder) => folder.name === each.name && folder.parent === key)
        : undefined
    return found === undefined ? [] : rekeyed(rows, there, each, found)
  })
  return [{ ...row, key, name, parent, cursor: null, isListing: false }, ...below]
}
