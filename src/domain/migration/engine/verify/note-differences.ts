import { counted } from '#src/base/figure-words.ts'
import type { Loss } from '../../source.ts'
import type { MigrationWriter } from '../../store.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'
import type { Member, Project } from '../project/project.ts'
import type { Difference } from './difference.ts'

const AT_ONCE = 200
const VERIFICATION = 'verification'

/**
 * Notes on the items themselves what a verification found of them, so that lists and reports name each; answers what it found of
 * folders. What an earlier one has noted is not noted twice. Throws `LeaseLost`.
 */
export async function noteDifferences(
  run: Omit<PassRun, 'source'>,
  differences: readonly Difference[],
): Promise<readonly Loss[]> {
  const { store, at, member } = run
  const ofFolders: Loss[] = []
  for (let from = 0; from < differences.length; from += AT_ONCE) {
    const some = differences.slice(from, from + AT_ONCE)
    const keys = some.map(({ key }) => key)
    const rows = await store.migration.findLedgerItems(at, member.source, keys)
    await commit(run, async ({ migration }) => {
      for (const [key, found] of Map.groupBy(some, (each) => each.key)) {
        const row = rows.get(key)
        const losses = found.map(
          ({ what, weight = 'content' }): Loss => ({ property: VERIFICATION, reason: what, weight }),
        )
        if (row === undefined)
          ofFolders.push(...losses.map((loss) => ({ ...loss, property: `folder "${found[0]!.title}"` })))
        else {
          const others = row.losses.filter(({ property }) => property !== VERIFICATION)
          const code = row.code === '' ? 'loss' : row.code
          const title = row.title || found[0]!.title
          await migration.putLedgerItem(at, { ...row, title, code, losses: [...others, ...losses] })
        }
      }
    })
  }
  return ofFolders
}

/** Says in the trail that a source writes messages of a mailbox in other octets by now, and what they say is the same. */
export const noteRewritten = (
  migration: Pick<MigrationWriter, 'addEvent'>,
  { organization, id }: Project,
  { no: member, batch, address }: Member,
  { rewritten, now: at }: { rewritten: number; now: number },
): Promise<void> =>
  migration.addEvent(organization, id, {
    ...{ at, kind: 'verified', batch, member, by: null },
    sentence: `${address} was compared with its source, which writes ${counted(rewritten, 'message')} in other octets than when copied; what is said there is the same.`,
  })
