import type { Item } from '../../../mailbox/item.ts'
import type { KnownItem, Loss, PutItem, SourceFolder, SourceReturns, WantedItem } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import type { LedgerItem, ReturnChange, ReturnRow } from '../../store.ts'
import { sourceItem, wholeItem } from '../../stored-item.ts'
import { contentDigestLike, factsDigestHere } from '../items/canonical.ts'
import { type ChangedItem, changedItems } from '../ledger/changed-items.ts'
import { RETURNED } from '../ledger/decide-change.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'
import { bodyDigest } from '../verify/verify.ts'
import { ItemFaults, leaveIt, noteSent, type OnItsWay, onItsWay, tokenOf, unsent } from './return-item.ts'
import { elsewhere, noFolder, readOnly, returnedRow } from './return-late.ts'
import { listAnew, type Place, type Places } from './return-places.ts'

/**
 * Tells the source what was changed here of items that came from it: marks and folders as they are here, what was written anew
 * as a new item in the place of the old one, and what was deleted into its deleted items, so that nothing is lost there. May be
 * run any number of times. Throws as `returnLate`.
 */
export async function returnChanges(run: PassRun, places: () => Promise<Places>): Promise<void> {
  const { store, at, lane, member } = run
  const faults = new ItemFaults()
  for await (const changed of changedItems(store, at, member.source)) {
    const known = await store.migration.findReturns(
      at,
      member.source,
      changed.map(({ row }) => row.item!),
    )
    for (const each of changed) {
      const row = known.get(each.row.item!)
      if (row?.state === 'left') continue
      lane.throwIfDraining()
      await faults.pass(returnOne(run, await places(), each, row?.state === 'sent' ? row : undefined))
    }
  }
  faults.throwFirst()
}

/** What one change is worked with. */
type Changing = {
  run: PassRun
  places: Places
  row: LedgerItem
  from: Place
  returns: SourceReturns
  way: OnItsWay
}

async function returnOne(
  run: PassRun,
  places: Places,
  { row, item: state, deleted }: ChangedItem,
  before: ReturnRow | undefined,
): Promise<void> {
  const { store, at, source } = run
  const { returns } = source
  await onItsWay(
    run,
    before ?? unsent(row.source, { no: row.item!, sizeBytes: row.sizeBytes }),
    async (way) => {
      const attempts = way.row.attempts + 1
      const [item] = await store.mailboxes.getItems(at, [row.item!], deleted ? ['summary'] : wholeItem)
      const change = deleted || item === undefined ? 'deleted' : await changeOf(run, row, item)
      way.row = {
        ...way.row,
        change,
        // An earlier attempt may have seen it before it was gone from here for good.
        title: item?.summary?.subject ?? (row.title || way.row.title),
        sizeBytes: (state ?? row).sizeBytes,
      }
      // Marks do not bring it back.
      if (row.state === 'gone' && change !== 'edited') return leaveIt(run, way.row, 'gone', deletedThere)
      if (returns === undefined) return leaveIt(run, way.row, 'read-only', problems[change])
      const from = places.ledger(row.folder)
      if (from === undefined) return leaveIt(run, way.row, 'gone', 'Its folder is not there any more.')
      way.row = { ...way.row, attempts }
      const changing = { run, places, row, from, returns, way }
      if (change === 'deleted') await remove(changing)
      else await bring(changing, item!)
    },
  )
}

const problems: Readonly<Record<ReturnChange, string>> = {
  marked: 'It was marked or moved here, and the source cannot be written to. There it is as it was.',
  edited: `It was changed here. ${readOnly}`,
  deleted: 'It was deleted here, and the source cannot be written to. There it is still.',
}

const deletedThere =
  'It was deleted at the source before its mailbox moved, and only marked or moved here since: it stays here alone.'

async function changeOf(
  { store, at }: PassRun,
  { hash, files }: LedgerItem,
  { class: kind, body, content }: Item,
): Promise<ReturnChange> {
  if (hash === null) return 'marked'
  const kept = kind === 'message' ? hash : files
  const octets = body === null ? undefined : await bodyDigest(store, at, body, kept)
  const isSame =
    kind === 'message'
      ? octets === undefined || octets === hash
      : octets === files && contentDigestLike(hash, content ?? {}) === hash
  return isSame ? 'marked' : 'edited'
}

const knownOf = ({ row, from, way }: Changing, item: Item | undefined): KnownItem => ({
  ...{ key: row.key, match: row.match, title: way.row.title, folder: from.at, class: item?.class ?? null },
  sizeBytes: row.sizeBytes,
})

/** Asks the source to change it; what was asked before is looked for first. */
async function ask(
  { run, returns, way, row }: Changing,
  known: KnownItem,
  wanted: WantedItem,
  token: string,
): Promise<PutItem> {
  const { lane } = run
  let again = way.row.mark !== null
  const place = wanted.to ?? known.folder
  const mark = way.row.mark ?? (await lane.call((signal) => returns.mark(place, signal)))
  way.row = { ...way.row, ...(!again && { folder: place.key }), mark }
  await noteSent(run, way.row)
  return lane.call((signal) => {
    const how = { token: `${token}-${row.modseq}`, mark, again }
    again = true
    return returns.change(known, wanted, how, signal)
  })
}

async function remove(changing: Changing): Promise<void> {
  const { run, places, row, from, way } = changing
  const bin = places.ofRole('deleteditems')
  if (bin === undefined)
    return leaveIt(
      run,
      way.row,
      'no-folder',
      'It was deleted here; the source has no folder for what is deleted. There it is still.',
    )
  const stays = places.isDeletedIn(from)
  const put = stays ? undefined : await removeThere(changing, bin)
  const after = {
    ...{ ...row, state: 'deleted' as const, item: null, code: RETURNED, problem: '' },
    ...(put !== undefined && { key: put.key, version: put.version, match: put.match }),
  }
  await settle(
    changing,
    { ...after, folder: stays ? row.folder : (bin.folder?.no ?? row.folder), title: way.row.title },
    put?.losses ?? [],
  )
}

/** Undefined: somebody there has deleted it too. */
async function removeThere(changing: Changing, bin: Pick<Place, 'at'>): Promise<PutItem | undefined> {
  const { run, row } = changing
  const wanted = { marks: null, to: bin.at }
  return unlessGone(ask(changing, knownOf(changing, undefined), wanted, tokenOf(run, row.item!)))
}

async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof SourceFailure && error.kind === 'item-permanent' && error.code === 'gone')
      return undefined
    throw error
  }
}

async function bring(changing: Changing, item: Item): Promise<void> {
  const { run, places, row, from, way } = changing
  const isThere = from.folder.target === item.folder
  const place = isThere ? from : await places.of(run, item.folder)
  if (place === undefined) return leaveIt(run, way.row, 'no-folder', noFolder)
  if (way.row.change === 'edited') return replace(changing, place, item)
  const { flags, keywords } = item
  const to = place.at.key === from.at.key ? null : place.at
  const { properties, content, message, losses } = await sourceItem(run.store.mailboxes, run.at, item)
  // Those it came with are there.
  const isSame = row.facts === factsDigestHere(item)
  const put = await ask(
    changing,
    knownOf(changing, item),
    { marks: { flags, keywords }, to, ...(!isSame && { properties, content, message }) },
    tokenOf(run, item.no),
  )
  const { key, version, match } = put
  const after: LedgerItem = {
    ...{ ...row, state: 'copied', code: '', problem: '' },
    key,
    version,
    match: match ?? row.match,
    folder: place.folder.no,
    modseq: item.modseq,
    // The server may have made more of it.
    facts: undefined,
  }
  await settle(changing, after, [...put.losses, ...(isSame ? [] : losses), ...elsewhere(place, item)])
}

/** The new one first: whoever is ended in between has both, and goes on with the old one. */
async function replace(changing: Changing, place: Place, item: Item): Promise<void> {
  const { run, returns, row, way } = changing
  const { store, at, lane } = run
  const given = await sourceItem(store.mailboxes, at, item)
  let again = way.row.mark !== null
  const mark = way.row.mark ?? (await lane.call((signal) => returns.mark(place.at, signal)))
  way.row = { ...way.row, folder: place.at.key, mark }
  await noteSent(run, way.row)
  const put = await lane.call((signal) => {
    const how = { token: `${tokenOf(run, item.no)}-${item.modseq}`, mark, again }
    again = true
    return returns.put(place.at, given, how, signal)
  })
  const old = await removeOld(changing)
  const after = { ...(await returnedRow(run, place, item, put)), pass: row.pass }
  await settle(changing, after, [...put.losses, ...old, ...elsewhere(place, item)])
}

/** The new one is there: whatever becomes of the old one, it has come back. */
async function removeOld(changing: Changing): Promise<readonly Loss[]> {
  const bin = changing.places.ofRole('deleteditems')
  let why = 'The source has no folder for what is deleted.'
  try {
    if (bin !== undefined) {
      await moveOld(changing, bin.at)
      return []
    }
  } catch (error) {
    if (!(error instanceof SourceFailure) || error.kind !== 'item-permanent') throw error
    why = error.message
  }
  const reason = `The source has the item as it was beside the item as it is now. ${why}`
  return [{ property: 'the one before', reason, weight: 'visible' }]
}

/**
 * By a mark of its own: that of the new one is of another folder. Where it is not any more, an earlier attempt or somebody there has
 * moved it.
 */
async function moveOld(changing: Changing, to: SourceFolder): Promise<void> {
  const { run, returns, from, row } = changing
  if (from.at.key === to.key) return
  const { lane } = run
  const mark = await lane.call((signal) => returns.mark(to, signal))
  const token = `${tokenOf(run, row.item!)}-${row.modseq}`
  let again = false
  await unlessGone(
    lane.call((signal) => {
      const how = { token, mark, again }
      again = true
      return returns.change(knownOf(changing, undefined), { marks: null, to }, how, signal)
    }),
  )
}

async function settle(
  { run, row, way, places }: Changing,
  after: LedgerItem,
  losses: readonly Loss[],
): Promise<void> {
  const { at } = run
  const place = after.key === row.key && after.folder === row.folder ? undefined : places.ledger(after.folder)
  await commit(run, async ({ migration }, counts) => {
    counts.put(row, after)
    if (place !== undefined) await listAnew(migration, at, place)
    if (after.key !== row.key) {
      const known = await migration.findLedgerItems(at, row.source, [after.key])
      counts.put(known.get(after.key), undefined)
      await migration.removeLedgerItem(at, row.source, row.key)
    }
    await migration.putLedgerItem(at, after)
    await migration.putReturn(at, { ...way.row, state: 'returned', losses })
  })
  run.done.items++
}
