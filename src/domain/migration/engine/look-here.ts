import type { Writer } from '../../store.ts'
import type { LedgerItem } from '../store.ts'
import type { PassRun } from './page-run.ts'

/** What stands here now, and whether somebody else changed it since we wrote it. */
export async function lookHere(
  { mailboxes }: Pick<Writer, 'mailboxes'>,
  at: PassRun['at'],
  row: LedgerItem,
): Promise<'deleted' | 'changed' | 'ours'> {
  const [there] = row.item === null ? [] : await mailboxes.getItems(at, [row.item])
  if (there === undefined || there.deletedFrom !== null) return 'deleted'
  return there.modseq > row.modseq ? 'changed' : 'ours'
}

export const deletedHere = (row: LedgerItem): LedgerItem => ({ ...row, state: 'deleted', item: null })
export const keptHere = (row: LedgerItem): LedgerItem => ({
  ...row,
  state: 'kept',
  code: 'changed-here',
  problem: 'It was changed here and at the source. Ours stays as it is.',
})
