import type { ItemState } from '../../../mailbox/item.ts'
import type { Loss, PutItem } from '../../source.ts'
import type { LedgerItem, ReturnRow } from '../../store.ts'
import { sourceItem, wholeItem } from '../../stored-item.ts'
import { contentDigest } from '../items/canonical.ts'
import { lateItems, type Since } from '../ledger/late-items.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'
import { bodyDigest } from '../verify/verify.ts'
import { ItemFaults, leaveIt, noteSent, onItsWay, tokenOf, unsent } from './return-item.ts'
import { listAnew, type Place, type Places } from './return-places.ts'

/**
 * Puts back at the source what came into a mailbox here from `since` on. Each item is noted before it is sent and once it is
 * there: who is ended in between looks for it before sending it again, so it may be run any number of times. Throws as
 * `onItsWay`; a fault of ours at an item once all others were tried.
 */
export async function returnLate(run: PassRun, since: Since, places: () => Promise<Places>): Promise<void> {
  const { store, at, lane } = run
  const faults = new ItemFaults()
  for await (const late of lateItems(store, at, since)) {
    const known = await store.migration.findReturns(
      at,
      run.member.source,
      late.map(({ no }) => no),
    )
    for (const item of late) {
      const row = known.get(item.no)
      if (row !== undefined && row.state !== 'sent') continue
      lane.throwIfDraining()
      await faults.pass(returnOne(run, await places(), item, row))
    }
  }
  faults.throwFirst()
}

async function returnOne(
  run: PassRun,
  places: Places,
  state: ItemState,
  before: ReturnRow | undefined,
): Promise<void> {
  const { store, at, lane, source } = run
  const { returns } = source
  await onItsWay(run, before ?? unsent(run.member.source, state), async (way) => {
    const attempts = way.row.attempts + 1
    const [item] = await store.mailboxes.getItems(at, [state.no], wholeItem)
    if (item === undefined || item.deletedFrom !== null) return
    way.row = { ...way.row, title: item.summary?.subject ?? '' }
    if (returns === undefined) return leaveIt(run, way.row, 'read-only', readOnly)
    // One that was sent before is looked for where it was sent to, wherever it lies here by now.
    const place = (before && places.named(before.folder)) ?? (await places.of(run, item.folder))
    if (place === undefined) return leaveIt(run, way.row, 'no-folder', noFolder)
    const given = await sourceItem(store.mailboxes, at, item)
    let again = way.row.mark !== null
    const mark = way.row.mark ?? (await lane.call((signal) => returns.mark(place.at, signal)))
    way.row = { ...way.row, ...(!again && { folder: place.at.key }), mark, attempts }
    await noteSent(run, way.row)
    const put = await lane.call((signal) => {
      const how = { token: tokenOf(run, item.no), mark, again }
      again = true
      return returns.put(place.at, given, how, signal)
    })
    const row = await returnedRow(run, place, item, put)
    const losses = [...put.losses, ...elsewhere(place, item)]
    await commit(run, async ({ migration }, counts) => {
      const known = await migration.findLedgerItems(at, row.source, [row.key])
      counts.put(known.get(row.key), row)
      await listAnew(migration, at, place)
      await migration.putLedgerItem(at, row)
      await migration.putReturn(at, { ...way.row, state: 'returned', losses })
    })
    run.done.items++
    run.done.bytes += item.sizeBytes
  })
}

export const readOnly = 'The source cannot be written to. Save it by hand: it stays in the mailbox here.'
export const noFolder = 'No folder of the source is known that it could go to.'

/** It is there: should the mailbox move again, it is known as the item that lies here. */
export async function returnedRow(
  { store, at, member, pass }: PassRun,
  { folder }: Place,
  item: ItemState & { content?: object | null },
  { key, version, match }: PutItem,
): Promise<LedgerItem> {
  const octets = item.body === null ? undefined : await bodyDigest(store, at, item.body)
  const isMessage = item.class === 'message' && octets !== undefined
  const hash = isMessage ? octets : contentDigest(item.content ?? {})
  const files = isMessage ? undefined : octets
  return {
    ...{ source: member.source, key, folder: folder.no, item: item.no, state: 'copied', version, match },
    ...{ attempts: 1, modseq: item.modseq, listing: folder.listing, pass, sizeBytes: item.sizeBytes },
    ...{ hash, files },
    ...{ title: '', code: '', problem: '', losses: [] },
  }
}

/** Where its own folder is not there. */
export const elsewhere = ({ at, folder }: Place, item: Pick<ItemState, 'folder'>): readonly Loss[] =>
  folder.target === item.folder
    ? []
    : [
        {
          property: 'folder',
          reason: `Its folder is not there and was not made: it lies in "${at.name}" there.`,
          weight: 'visible',
        },
      ]
