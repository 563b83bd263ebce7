import { joinedLists, noJunkLists } from '../../../rules/junk-lists.ts'
import { junkLists } from '../../../rules/kept-rules.ts'
import { lossOfLeft, translateRules } from '../../inbox-rules.ts'
import { bookingLosses } from '../../moved-booking.ts'
import type { Loss } from '../../source.ts'
import { isLongText } from '../flip/flip.ts'
import type { PassRun } from '../ledger/page-run.ts'
import { weights } from '../project/grade.ts'
import { keptSettings } from '../settings/kept-settings.ts'
import { unlistedLosses } from './take-settings.ts'

const MOST_LOSSES = 200

/** What is lost of the mailbox itself: what the source says, what has no place here, and folders that lie otherwise. */
export async function mailboxLosses({
  store,
  at,
  member,
}: Pick<PassRun, 'store' | 'at' | 'member'>): Promise<readonly Loss[]> {
  const settings = await keptSettings(store.mailboxes, at)
  const folders = await store.migration.listLedgerFolders(at, member.source)
  const { left } = await translateRules(store, at, member.source, settings?.rules ?? [])
  const junk = await junkLists(store.mailboxes, at)
  const { left: unlisted } = joinedLists(junk, settings?.junk ?? noJunkLists)
  const lost: Loss[] = [
    ...(settings?.losses ?? []),
    ...[...(settings?.leftRules ?? []), ...left].map(lossOfLeft),
    ...(settings?.outOfOffice != null && isLongText(settings.outOfOffice)
      ? [
          {
            property: 'out of office',
            reason: 'Its text is longer than what is kept.',
            weight: 'visible' as const,
          },
        ]
      : []),
    ...unlistedLosses(unlisted),
    ...(await bookingLosses(
      store.directory,
      at.organization,
      await store.migration.getMember(at.organization, member.project, member.no),
    )),
    ...folders.flatMap(({ losses }) => losses),
  ]
  return shortened(lost)
}

/** The heaviest of them where they are too many. Pure. */
export function shortened(lost: readonly Loss[]): readonly Loss[] {
  if (lost.length <= MOST_LOSSES) return lost
  const byWeight = Map.groupBy(lost, ({ weight }) => weight)
  const ordered = weights.toReversed().flatMap((each) => byWeight.get(each) ?? [])
  const shown = ordered.slice(0, MOST_LOSSES - 1)
  const rest = ordered.slice(shown.length)
  const { weight } = rest[0]!
  return [
    ...shown,
    {
      property: 'more',
      reason: `Besides these ${MOST_LOSSES - 1} there are ${rest.length} others, of the same mailbox.`,
      weight,
    },
  ]
}
