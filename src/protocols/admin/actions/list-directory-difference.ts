import { z } from 'zod'
import { reportedDecisions } from '#src/domain/directory-sync/decision.ts'
import { listStanding, type Stands } from '#src/domain/directory-sync/standing.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { inOrganization, page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'
import { differenceMembers } from '../sync-members.ts'

const listed: readonly Stands[] = [...reportedDecisions, 'partial']

/**
 * Ours: what the run that waits, or a dry run after which there was no other, would change; without one, for `partial`, and where a
 * dry run would change nothing, who is quarantined, held, not found, without an address or left out. Each object with what and why.
 */
export const listDirectoryDifference = defineAction({
  name: 'ListDirectoryDifference',
  reads: true,
  input: z.object({
    ...inOrganization,
    ...page,
    Run: z.number().int().positive().optional(),
    Decision: z.enum(listed as [string, ...string[]]).optional(),
  }),
  run: async ({ store }, input) => {
    const { OrganizationId: organization } = input
    const record = await store.directorySync.findSync(organization)
    if (record === undefined)
      throw new Refusal(
        'wrong-state',
        'No directory is connected. Connect one with "landbridge gal connect".',
      )
    const only = listed.find((each) => each === input.Decision)
    const decisions = only === undefined ? reportedDecisions : only === 'partial' ? [] : [only]
    const staged = (run: number, at: { after: string | null; limit: number }) =>
      store.directorySync.listStaged(organization, run, { only: { decisions }, ...at })
    const [last] = record.state.runs
    const changes = async (run: number) => (await staged(run, { after: null, limit: 1 })).rows.length > 0
    const tried = last?.outcome === 'dry-run' && (await changes(last.run)) ? last.run : undefined
    const run = input.Run ?? record.waiting ?? tried
    const at = { after: parseNextToken(input.NextToken, 'string'), limit: pageLimit(input.MaxResults) }
    const { rows, next } =
      run === undefined || only === 'partial'
        ? await listStanding(store.directorySync, organization, { only, ...at })
        : await staged(run, at)
    return present({
      Run: run,
      Waiting: run !== undefined && record.waiting === run,
      Blocked: [...(record.state.runs.find((each) => each.run === run)?.blocked ?? [])],
      Changes: rows.map(differenceMembers),
      NextToken: formatNextToken(next),
    })
  },
})
