/** Folders that people here subscribed to, or no longer, since their mailbox moved (RFC 9051 section 6.3.7). */
import type { Folder } from '../../../mailbox/folder.ts'
import type { Loss } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import type { LedgerFolder } from '../../store.ts'
import { type Since, visibleFolders } from '../ledger/late-items.ts'
import type { PassRun } from '../ledger/page-run.ts'
import { findPlaces } from './return-places.ts'

/**
 * Pure: folders that came and were changed themselves since. One that was made here is subscribed to there when it is made, whatever the
 * program that made it knows of subscriptions.
 */
export function perhapsSubscribed(
  here: readonly Folder[],
  rows: readonly LedgerFolder[],
  since: Since,
): readonly Folder[] {
  if ('at' in since) return []
  const targets = new Set(rows.flatMap(({ gone, target }) => (gone ? [] : target)))
  return visibleFolders(here).filter(
    (folder) =>
      folder.class === 'message' &&
      folder.createdModseq <= since.modseq &&
      folder.stateModseq > since.modseq &&
      targets.has(folder.no),
  )
}

/**
 * Subscribes at the source to these folders, or ends that, as far as it tells otherwise of them. Answers what it does not take. May be
 * run any number of times. Throws as `Lane.call`.
 */
export async function returnSubscriptions(
  run: PassRun,
  folders: readonly Folder[],
): Promise<readonly Loss[]> {
  const subscribe = run.source.returns?.subscribe
  if (folders.length === 0 || subscribe === undefined) return []
  const places = await findPlaces(run)
  const losses: Loss[] = []
  // To none is to all for many programs, so that the new ones come first.
  for (const { no, name, subscribed } of folders.toSorted((a, b) => +b.subscribed - +a.subscribed)) {
    const at = places.copied(no)
    if (at?.subscribed === undefined || at.subscribed === subscribed) continue
    try {
      await run.lane.call((signal) => subscribe(at, subscribed, signal))
    } catch (error) {
      if (!(error instanceof SourceFailure) || error.kind !== 'item-permanent') throw error
      const reason = `It is ${subscribed ? '' : 'not '}subscribed to here, and ${subscribed ? 'not ' : ''}there. ${error.message}`
      losses.push({ property: `folder "${name}"`, reason, weight: 'metadata' })
    }
  }
  return losses
}
