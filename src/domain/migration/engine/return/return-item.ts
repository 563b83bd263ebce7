/** One item on its way back to the source, whatever is done with it there. */
import type { ItemState } from '../../../mailbox/item.ts'
import { Refusal, type RefusalReason } from '../../../refusal.ts'
import { SourceFailure } from '../../source-failure.ts'
import { LeaseLost, type ReturnRow } from '../../store.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'
import { Drained } from '../pace/lane.ts'
import { LanePostponed } from '../project/retry.ts'
import { ENDED_SERVICE, returnAtFaultWords } from '../project/unclean-ends.ts'

/** What is known of it; whoever works on it keeps it up to date. */
export type OnItsWay = { row: ReturnRow }

export const unsent = (
  source: string,
  { no: item, sizeBytes }: Pick<ItemState, 'no' | 'sizeBytes'>,
): ReturnRow => ({
  ...{ item, state: 'sent', attempts: 0, sizeBytes, source, folder: '', mark: null },
  ...{ title: '', code: '', problem: '', losses: [] },
})

/** Of this item in this mailbox and of no other one. */
export const tokenOf = ({ at }: Pick<PassRun, 'at'>, item: number): string =>
  `landbridge-${at.mailbox}-${item}`

/**
 * Does `work` with it. What the source does not take is noted as left, with its reason, and so is an item that we fail at as
 * often as an item is tried. Throws as `Lane.call`, `Drained`, `LeaseLost`, and `ItemFault`.
 */
export async function onItsWay(
  run: PassRun,
  before: ReturnRow,
  work: (way: OnItsWay) => Promise<void>,
): Promise<void> {
  const { lane, settings } = run
  const way: OnItsWay = { row: before }
  const attempts = before.attempts + 1
  const key = `${before.item}`
  const known = run.careful?.atFault(key)
  if (known !== undefined) {
    await leaveIt(run, before, ENDED_SERVICE, returnAtFaultWords(known))
    await run.careful?.left()
    return
  }
  try {
    await (run.careful?.alone(key, () => work(way)) ?? work(way))
  } catch (error) {
    lane.signal.throwIfAborted()
    const leave = (code: string, problem: string) => leaveIt(run, { ...way.row, attempts }, code, problem)
    if (error instanceof SourceFailure && error.kind === 'item-permanent')
      return leave(error.code, error.message)
    if (error instanceof Refusal && error.reason === 'damaged') return leave(error.reason, error.message)
    if (concernsAll(error)) throw error
    if (attempts >= settings.itemAttempts) {
      const said = (error as Error).message.replace(/\.?$/, '.')
      const perhaps = way.row.mark === null ? '' : 'It may have arrived there; where it has not, '
      const remedy = `${perhaps}save it by hand: it stays in the mailbox here.`
      return leave('our-fault', `The service fails at it: ${said} ${remedy.replace(/^s/, 'S')}`)
    }
    await commit(run, ({ migration }) => migration.putReturn(run.at, { ...way.row, attempts }))
    throw new ItemFault('An item could not be put back', { cause: error })
  }
}

/** It stays as it is here alone, with the reason. */
export const leaveIt = (run: PassRun, row: ReturnRow, code: string, problem: string): Promise<void> =>
  commit(run, ({ migration }) => migration.putReturn(run.at, { ...row, state: 'left', code, problem }))

/** Whoever took the mailbox out meanwhile has settled it: then nothing more is sent. */
export function noteSent(run: PassRun, row: ReturnRow): Promise<void> {
  const { at, member } = run
  return commit(run, async ({ migration }) => {
    const { state } = await migration.getMember(at.organization, member.project, member.no)
    if (state !== 'returning') throw new Drained('The mailbox was taken out')
    await migration.putReturn(at, row)
  })
}

/** Faults of ours at single items hold up no other one: the first of them is thrown in the end. */
export class ItemFaults {
  #first: ItemFault | undefined

  async pass(work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      if (!(error instanceof ItemFault)) throw error
      this.#first ??= error
    }
  }

  throwFirst(): void {
    if (this.#first !== undefined) throw this.#first.cause
  }
}

/** A fault of ours at one item, with its cause; it is tried again. */
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
