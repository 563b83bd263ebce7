import type { Writer } from '../../../store.ts'
import type { LedgerItem } from '../../store.ts'
import type { PassRun } from '../ledger/page-run.ts'
import { LanePostponed } from '../project/retry.ts'

/** How often one lane lets another go first before it rests. */
const MOST_TRIES = 10
const REST_MS = 60_000

/** Another lane, that fills the mailbox from the same source, has settled meanwhile what this one was about to. */
class Overtaken extends Error {
  override readonly name = 'Overtaken'
}

/**
 * Throws `Overtaken` where items are in the ledger otherwise than `planned` says: a key stands for one item here (migration.md 4.3), however
 * many projects and processes ask its source at once.
 */
export async function requireAsPlanned(
  { at, member }: Pick<PassRun, 'at' | 'member'>,
  { migration }: Pick<Writer, 'migration'>,
  planned: ReadonlyMap<string, LedgerItem | undefined>,
): Promise<void> {
  const present = await migration.findLedgerItems(at, member.source, [...planned.keys()])
  for (const [key, row] of planned) {
    const now = present.get(key)
    if ((now?.item ?? null) !== (row?.item ?? null) || (now?.item != null && now.modseq !== row?.modseq))
      throw new Overtaken(`Another lane has settled ${JSON.stringify(key)}.`)
  }
}

/** Of rows that were listed in one state those that are in it still, as they are by now: another lane may have settled some. */
export async function stillAsListed(
  { at, member }: Pick<PassRun, 'at' | 'member'>,
  { migration }: Pick<Writer, 'migration'>,
  listed: readonly LedgerItem[],
): Promise<LedgerItem[]> {
  const present = await migration.findLedgerItems(
    at,
    member.source,
    listed.map(({ key }) => key),
  )
  return listed.flatMap(({ key, state }) => {
    const now = present.get(key)
    return now?.state === state ? now : []
  })
}

/**
 * Does work anew, by what the ledger says then, each time that another lane was there before it. Throws as `work`, `Drained`, and
 * `LanePostponed` where that one is there every time.
 */
export async function untilAsPlanned<T>({ lane }: Pick<PassRun, 'lane'>, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error
      lane.throwIfDraining()
      if (tries < MOST_TRIES) continue
      const said = 'Another migration fills this mailbox from the same source at the same time.'
      throw new LanePostponed(lane.clock.now() + REST_MS, 'trying again', said)
    }
}
