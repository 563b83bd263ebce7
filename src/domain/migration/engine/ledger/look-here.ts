import type { Item } from '../../../mailbox/item.ts'
import type { Writer } from '../../../store.ts'
import type { LedgerItem } from '../../store.ts'
import type { PassRun } from './page-run.ts'

export type Standing = 'deleted' | 'changed' | 'ours'

/** What stands here now, and whether somebody else changed it since we wrote it. */
export async function lookHere(
  { mailboxes }: Pick<Writer, 'mailboxes'>,
  at: PassRun['at'],
  row: LedgerItem,
): Promise<Standing> {
  const [there] = row.item === null ? [] : await mailboxes.getItems(at, [row.item])
  return standingOf(there, row)
}

/**
 * Pure: of the item here, where there is one. What was copied into the recoverable area lies there as ours; what somebody here puts
 * there has changed.
 */
export function standingOf(
  there: Pick<Item, 'deletedFrom' | 'modseq'> | undefined,
  { modseq }: Pick<LedgerItem, 'modseq'>,
): Standing {
  if (there === undefined) return 'deleted'
  if (there.modseq <= modseq) return 'ours'
  return there.deletedFrom === null ? 'changed' : 'deleted'
}

/** With its subject, as long as it can still be brought back. */
export async function deletedHere(
  { mailboxes }: Pick<Writer, 'mailboxes'>,
  at: PassRun['at'],
  row: LedgerItem,
): Promise<LedgerItem> {
  const [there] = row.item === null ? [] : await mailboxes.getItems(at, [row.item], ['summary'])
  return { ...row, state: 'deleted', item: null, title: row.title || (there?.summary?.subject ?? '') }
}

export const keptHere = (row: LedgerItem): LedgerItem => ({
  ...row,
  state: 'kept',
  code: 'changed-here',
  problem: 'It was changed here and at the source. Ours stays as it is.',
})
