import type { Folder } from '../../mailbox/folder.ts'
import type { FolderNo, ItemState } from '../../mailbox/item.ts'
import type { PutItem, SourceFolder, SourceReturns } from '../source.ts'
import { SourceFailure } from '../source-failure.ts'
import type { LedgerFolder, ReturnRow } from '../store.ts'
import { sourceItem, wholeItem } from '../stored-item.ts'
import { contentDigest } from './canonical.ts'
import { lateItems } from './late-items.ts'
import { commit, type PassRun } from './page-run.ts'
import { bodyDigest } from './verify.ts'

/** A folder of the source that something goes back to, and how the ledger has it. */
type Place = { at: SourceFolder; folder: LedgerFolder }

/**
 * Puts back at the source what came into a mailbox here from `since` on. Each item is noted before it is sent and once it is
 * there: who is ended in between looks for it before sending it again, so it may be run any number of times. What the source
 * does not take is noted as left, with its reason. Throws as `Lane.call`, `Drained`, `LeaseLost`.
 */
export async function returnLate(run: PassRun, since: number): Promise<void> {
  const { store, at, lane, source } = run
  let places: Places | undefined
  for await (const late of lateItems(store, at, since)) {
    const known = await store.migration.findReturns(
      at,
      late.map(({ no }) => no),
    )
    for (const item of late) {
      const row = known.get(item.no)
      if (row !== undefined && row.state !== 'sent') continue
      lane.throwIfDraining()
      places ??= await findPlaces(run)
      await returnOne(run, source.returns, places, item, row)
    }
  }
}

async function returnOne(
  run: PassRun,
  returns: SourceReturns | undefined,
  places: Places,
  state: ItemState,
  before: ReturnRow | undefined,
): Promise<void> {
  const { store, at, lane } = run
  const [item] = await store.mailboxes.getItems(at, [state.no], wholeItem)
  if (item === undefined || item.deletedFrom !== null) return
  const given = await sourceItem(store.mailboxes, at, item)
  const place = places.of(item.folder)
  const row: ReturnRow = before ?? {
    item: item.no,
    state: 'sent',
    attempts: 0,
    sizeBytes: item.sizeBytes,
    source: run.member.source,
    folder: place?.at.key ?? '',
    mark: '',
    title: given.title,
    code: '',
    problem: '',
    losses: [],
  }
  const leave = (code: string, problem: string) =>
    commit(run, ({ migration }) => migration.putReturn(at, { ...row, state: 'left', code, problem }))
  if (returns === undefined)
    return leave(
      'read-only',
      'The source cannot be written to. Save it by hand: it stays in the mailbox here.',
    )
  if (place === undefined) return leave('no-folder', 'No folder of the source is known that it could go to.')
  const sent: ReturnRow = before ?? {
    ...row,
    mark: await lane.call((signal) => returns.mark(place.at, signal)),
  }
  await commit(run, ({ migration }) => migration.putReturn(at, { ...sent, attempts: sent.attempts + 1 }))
  let again = before !== undefined
  try {
    const put = await lane.call((signal) => {
      const how = { token: tokenOf(run, item), mark: sent.mark, again }
      again = true
      return returns.put(place.at, given, how, signal)
    })
    await settle(run, { ...sent, attempts: sent.attempts + 1 }, place, item, put)
  } catch (error) {
    if (!(error instanceof SourceFailure) || error.kind !== 'item-permanent') throw error
    await leave(error.code, error.message)
  }
}

/** Of this item in this mailbox and of no other one. */
const tokenOf = ({ at }: PassRun, { no }: ItemState): string => `landbridge-${at.mailbox}-${no}`

/** It is there: should the mailbox move again, it is known as the item that lies here. */
async function settle(
  run: PassRun,
  row: ReturnRow,
  { at: there, folder }: Place,
  item: ItemState & { content?: object | null },
  { key, version, match, losses }: PutItem,
): Promise<void> {
  const { store, at } = run
  const hash =
    item.class === 'message' && item.body !== null
      ? await bodyDigest(store, at, item.body)
      : contentDigest(item.content ?? {})
  const elsewhere = folder.target !== item.folder
  await commit(run, async ({ migration }, counts) => {
    const copied = {
      source: run.member.source,
      key,
      folder: folder.no,
      item: item.no,
      state: 'copied' as const,
      version,
      match,
      attempts: 1,
      modseq: item.modseq,
      listing: folder.listing,
      pass: run.pass,
      sizeBytes: item.sizeBytes,
      hash,
      title: '',
      code: '',
      problem: '',
      losses: [],
    }
    counts.put(undefined, copied)
    await migration.putLedgerItem(at, copied)
    await migration.putReturn(at, {
      ...row,
      state: 'returned',
      losses: [
        ...losses,
        ...(elsewhere
          ? [
              {
                property: 'folder',
                reason: `Its folder is not at the source: it lies in "${there.name}" there.`,
                weight: 'metadata' as const,
              },
            ]
          : []),
      ],
    })
  })
  run.done.items++
  run.done.bytes += item.sizeBytes
}

/** Where things go: the folder that was copied to this one, else the nearest above it, else the inbox. */
class Places {
  readonly #here: ReadonlyMap<FolderNo, Folder>
  readonly #places: ReadonlyMap<FolderNo, Place>
  readonly #inbox: Place | undefined

  constructor(here: readonly Folder[], places: readonly Place[]) {
    this.#here = new Map(here.map((folder) => [folder.no, folder]))
    // Several may lie in one here; the first is the one that it was made for.
    this.#places = new Map(places.toReversed().map((place) => [place.folder.target, place]))
    this.#inbox = places.find(({ at }) => at.role === 'inbox')
  }

  of(folder: FolderNo): Place | undefined {
    for (let no: FolderNo | null = folder; no !== null; no = this.#here.get(no)?.parent ?? null) {
      const place = this.#places.get(no)
      if (place !== undefined) return place
    }
    return this.#inbox
  }
}

async function findPlaces({ store, at, member, lane, source }: PassRun): Promise<Places> {
  const there = await lane.call(async (signal) => {
    const found = new Map<string, SourceFolder>()
    for await (const folder of source.folders(signal)) found.set(folder.key, folder)
    return found
  })
  const rows = await store.migration.listLedgerFolders(at, member.source)
  const places = rows.flatMap((folder): Place[] => {
    const known = there.get(folder.key)
    return known === undefined || folder.gone ? [] : [{ at: known, folder }]
  })
  return new Places(await store.mailboxes.listFolders(at), places)
}
