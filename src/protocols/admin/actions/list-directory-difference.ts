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
 * Ours: what the run that waits, or a dry run after which there was no other, would change; without one, and for `partial`, who is
 * quarantined, held, not found, without an address or left out. Each object with what and why.
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
    const [last] = record.state.runs
    const tried = last?.outcome === 'dry-run' ? last.run : undefined
    const run = input.Run ?? record.waiting ?? tried
    const only = listed.find((each) => each === input.Decision)
    const at = { after: parseNextToken(input.NextToken, 'string'), limit: pageLimit(input.MaxResults) }
    const { rows, next } =
      run === undefined || only === 'partial'
        ? await listStanding(store.directorySync, organization, { only, ...at })
        : await store.directorySync.listStaged(organization, run, {
            only: { decisions: only === undefined ? reportedDecisions : [only] },
            ...at,
          })
    return present({
      Run: run,
      Waiting: run !== undefined && record.waiting === run,
      Blocked: [...(record.state.runs.find((each) => each.run === run)?.blocked ?? [])],
      Changes: rows.map(differenceMembers),
      NextToken: formatNextToken(next),
    })
  },
})
