import { z } from 'zod'
import type { Member } from '#src/domain/migration/engine/project/project.ts'
import { findProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { page } from '../fields.ts'
import { batchNumber, inProject, memberMembers, resumable } from '../migration-members.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

const ofProject = (member: Member, project: string) =>
  memberMembers({ ...member, cause: resumable(member.cause, project, member.batch) })

/** Ours: mailboxes of a migration, or of one of its batches. */
export const listMigrationMailboxes = defineAction({
  name: 'ListMigrationMailboxes',
  reads: true,
  input: z.object({ ...inProject, ...page, BatchNumber: batchNumber.optional() }),
  run: async ({ store }, input) => {
    const { id, name } = await findProject(store, input.OrganizationId, input.ProjectId)
    // No rows of a batch that is not there would read as if it were empty.
    if (input.BatchNumber !== undefined)
      await store.migration.getBatch(input.OrganizationId, id, input.BatchNumber)
    const { rows, next } = await store.migration.listMembers(input.OrganizationId, id, {
      ...(input.BatchNumber !== undefined && { batch: input.BatchNumber }),
      after: parseNextToken(input.NextToken, 'number'),
      limit: pageLimit(input.MaxResults),
    })
    return present({ Mailboxes: rows.map((row) => ofProject(row, name)), NextToken: formatNextToken(next) })
  },
})
