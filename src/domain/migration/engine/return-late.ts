import type { ItemState } from '../../mailbox/item.ts'
import { Refusal, type RefusalReason } from '../../refusal.ts'
import type { PutItem, SourceReturns } from '../source.ts'
import { SourceFailure } from '../source-failure.ts'
import { LeaseLost, type ReturnRow } from '../store.ts'
import { sourceItem, wholeItem } from '../stored-item.ts'
import { contentDigest } from './canonical.ts'
import { Drained } from './lane.ts'
import { lateItems } from './late-items.ts'
import { commit, type PassRun } from './page-run.ts'
import { LanePostponed } from './retry.ts'
import { findPlaces, type Place, type Places } from './return-places.ts'
import { bodyDigest } from './verify.ts'

/**
 * Puts back at the source what came into a mailbox here from `since` on. Each item is noted before it is sent and once it is
 * there: who is ended in between looks for it before sending it again, so it may be run any number of times. What the source
 * does not take is noted as left, with its reason, and so is an item that we fail at as often as an item is tried. Throws as
 * `Lane.call`, `Drained`, `LeaseLost`; a fault of ours at an item once all others were tried.
 */
export async function returnLate(run: PassRun, since: number): Promise<void> {
  const { store, at, lane, source } = run
  let places: Places | undefined
  let fault: ItemFault | undefined
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
      try {
        await returnOne(run, source.returns, places, item, row)
      } catch (error) {
        if (!(error instanceof ItemFault)) throw error
        fault ??= error
      }
    }
  }
  if (fault !== undefined) throw fault.cause
}

async function returnOne(
  run: PassRun,
  returns: SourceReturns | undefined,
  places: Places,
  state: ItemState,
  before: ReturnRow | undefined,
): Promise<void> {
  const { store, at, lane, member, settings } = run
  let row = before ?? unsent(member.source, state)
  const attempts = row.attempts + 1
  const leave = (code: string, problem: string, tried = row.attempts) =>
    commit(run, ({ migration }) =>
      migration.putReturn(at, { ...row, state: 'left', attempts: tried, code, problem }),
    )
  try {
    const [item] = await store.mailboxes.getItems(at, [state.no], wholeItem)
    if (item === undefined || item.deletedFrom !== null) return
    row = { ...row, title: item.summary?.subject ?? '' }
    if (returns === undefined)
      return await leave(
        'read-only',
        'The source cannot be written to. Save it by hand: it stays in the mailbox here.',
      )
    // One that was sent before is looked for where it was sent to, wherever it lies here by now.
    const place = (before && places.named(before.folder)) ?? (await places.of(run, item.folder))
    if (place === undefined)
      return await leave('no-folder', 'No folder of the source is known that it could go to.')
    const given = await sourceItem(store.mailboxes, at, item)
    let again = row.mark !== null
    const mark = row.mark ?? (await lane.call((signal) => returns.mark(place.at, signal)))
    row = { ...row, ...(!again && { folder: place.at.key }), mark, attempts }
    await noteSent(run, row)
    const put = await lane.call((signal) => {
      const how = { token: tokenOf(run, item), mark, again }
      again = true
      return returns.put(place.at, given, how, signal)
    })
    await settle(run, row, place, item, put)
  } catch (error) {
    lane.signal.throwIfAborted()
    if (error instanceof SourceFailure && error.kind === 'item-permanent')
      return leave(error.code, error.message, attempts)
    if (error instanceof Refusal && error.reason === 'damaged')
      return leave(error.reason, error.message, attempts)
    if (concernsAll(error)) throw error
    if (attempts >= settings.itemAttempts) {
      const said = (error as Error).message.replace(/\.?$/, '.')
      const perhaps = row.mark === null ? '' : 'It may have arrived there; where it has not, '
      const remedy = `${perhaps}save it by hand: it stays in the mailbox here.`
      return leave('our-fault', `The service fails at it: ${said} ${remedy.replace(/^s/, 'S')}`, attempts)
    }
    await commit(run, ({ migration }) => migration.putReturn(at, { ...row, attempts }))
    throw new ItemFault('An item could not be put back', { cause: error })
  }
}

const unsent = (source: string, { no: item, sizeBytes }: ItemState): ReturnRow => ({
  ...{ item, state: 'sent', attempts: 0, sizeBytes, source, folder: '', mark: null },
  ...{ title: '', code: '', problem: '', losses: [] },
})

/** A fault of ours at one item, with its cause; it is tried again and holds up no other item. */
class ItemFault extends Error {
  override readonly name = 'ItemFault'
}

const ofMailbox: ReadonlySet<RefusalReason> = new Set(['no-such-mailbox', 'key-unavailable', 'try-later'])

/** Of the mailbox, its server or the whole run, and of no single item. */
const concernsAll = (error: unknown): boolean =>
  error instanceof SourceFailure ||
  error instanceof LanePostponed ||
  error instanceof Drained ||
  error instanceof LeaseLost ||
  (error instanceof Refusal && ofMailbox.has(error.reason))

/** Whoever took the mailbox out meanwhile has settled it: then nothing more is sent. */
function noteSent(run: PassRun, row: ReturnRow): Promise<void> {
  const { at, member } = run
  return commit(run, async ({ migration }) => {
    const { state } = await migration.getMember(at.organization, member.project, member.no)
    if (state !== 'returning') throw new Drained('The mailbox was taken out')
    await migration.putReturn(at, row)
  })
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
                reason: `Its folder is not there and was not made: it lies in "${there.name}" there.`,
                weight: 'visible' as const,
              },
            ]
          : []),
      ],
    })
  })
  run.done.items++
  run.done.bytes += item.sizeBytes
}
