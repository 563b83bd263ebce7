import { z } from 'zod'
import { reportedDecisions } from '#src/domain/directory-sync/decision.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { inOrganization, page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'
import { differenceMembers } from '../sync-members.ts'

/** Ours: what the run that waits, or the last dry run, would change; each object with what and why. */
export const listDirectoryDifference = defineAction({
  name: 'ListDirectoryDifference',
  reads: true,
  input: z.object({
    ...inOrganization,
    ...page,
    Run: z.number().int().positive().optional(),
    Decision: z.enum(reportedDecisions as [string, ...string[]]).optional(),
  }),
  run: async ({ store }, input) => {
    const { OrganizationId: organization } = input
    const record = await store.directorySync.findSync(organization)
    const tried = record?.state.runs.find(({ outcome }) => outcome === 'dry-run')?.run
    const run = input.Run ?? record?.waiting ?? tried
    if (run === undefined)
      throw new Refusal(
        'wrong-state',
        'No run waits for approval, and none was tried out with "gal sync --dry-run".',
      )
    const decision = reportedDecisions.find((each) => each === input.Decision)
    const { rows, next } = await store.directorySync.listStaged(organization, run, {
      ...(decision && { only: { decision } }),
      after: parseNextToken(input.NextToken, 'string'),
      limit: pageLimit(input.MaxResults),
    })
    const shown = rows.filter((row) => row.decision !== null && reportedDecisions.includes(row.decision))
    return present({
      Run: run,
      Waiting: record?.waiting === run,
      Blocked: [...(record?.state.runs.find((each) => each.run === run)?.blocked ?? [])],
      Changes: shown.map(differenceMembers),
      NextToken: formatNextToken(next),
    })
  },
})
