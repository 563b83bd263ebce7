import type { LedgerFolder } from '../../store.ts'
import type { PassRun } from '../ledger/page-run.ts'

/**
 * Folders that a source does not show any more and that may be there all the same: who may not look one up is told that there is none
 * (RFC 4314 section 6). What came from them may have moved, and is never deleted here.
 */
const HIDDEN = 'folder not shown'

export const isHidden = ({ losses }: Pick<LedgerFolder, 'losses'>): boolean =>
  losses.some(({ property }) => property === HIDDEN)

/** As it is noted while it is so, and once it is not. */
export function withHidden(folder: LedgerFolder, hidden: boolean): LedgerFolder {
  const losses = folder.losses.filter(({ property }) => property !== HIDDEN)
  if (!hidden) return { ...folder, losses }
  const reason = `The source does not show the folder "${folder.name}" any more and does not say whether it was deleted or may not be read. What came from it stays here. Give the account its rights on the folder back, or delete it here.`
  return { ...folder, losses: [...losses, { property: HIDDEN, reason, weight: 'visible' }] }
}

/** Of a folder that the list of the source does not name. Throws as `Lane.call`. */
export async function isKeptFromUs({ lane, source }: PassRun, folder: LedgerFolder): Promise<boolean> {
  const { mayBeHidden } = source
  return mayBeHidden !== undefined && (await lane.call((signal) => mayBeHidden(folder.key, signal)))
}
