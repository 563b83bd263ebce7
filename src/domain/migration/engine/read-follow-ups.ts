import { Flag, type ItemNo } from '../../mailbox/item.ts'
import type { SourceChange } from '../source.ts'
import type { ChangeStep } from './decide-change.ts'
import type { PassRun } from './page-run.ts'

/** PidTagFlagStatus ([MS-OXOFLAG] 2.2.1.1): a follow-up that is done is no mark here, and may have been taken away since. */
const FLAG_STATUS = '0x1090:Integer'

type Planned = { change: SourceChange; step: ChangeStep }

/**
 * A list tells that what moved is followed up no more, and not what else went with that (its dates, a reminder, that it is done): such
 * items are read where they have come to.
 */
export async function readFollowUps(
  { store, at }: Pick<PassRun, 'store' | 'at'>,
  planned: readonly Planned[],
): Promise<Planned[]> {
  const open = planned.flatMap((each) => movedUnflagged(each) ?? [])
  const followed = new Set<ItemNo>()
  if (open.length > 0)
    for (const { no, flags, properties } of await store.mailboxes.getItems(at, open, ['properties']))
      if ((flags & Flag.flagged) !== 0 || properties?.[FLAG_STATUS] !== undefined) followed.add(no)
  return planned.map((each): Planned => {
    const item = movedUnflagged(each)
    return item !== undefined && followed.has(item)
      ? { ...each, step: { ...each.step, read: true } as ChangeStep }
      : each
  })
}

/** The item here that moved with marks that say no follow-up. */
function movedUnflagged({ change, step }: Planned): ItemNo | undefined {
  if ((step.do !== 'move' && step.do !== 'adopt') || step.read || change.kind !== 'item') return undefined
  const isUnflagged = change.marks !== null && (change.marks.flags & Flag.flagged) === 0
  return isUnflagged ? (step.row.item ?? undefined) : undefined
}
