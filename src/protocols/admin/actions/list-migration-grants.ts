import { z } from 'zod'
import { findProject } from '#src/domain/migration/engine/steer-project.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { page } from '../fields.ts'
import { grantMembers, inProject } from '../migration-members.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** Ours: rights that wait for their other end, were given again, or lead to nobody. */
export const listMigrationGrants = defineAction({
  name: 'ListMigrationGrants',
  reads: true,
  input: z.object({
    ...inProject,
    ...page,
    State: z.enum(['waiting', 'applied', 'unresolved', 'dropped']).optional(),
  }),
  run: async ({ store }, input) => {
    const { id } = await findProject(store, input.OrganizationId, input.ProjectId)
    const { rows, next } = await store.migration.listGrants(input.OrganizationId, id, {
      ...(input.State !== undefined && { state: input.State }),
      after: parseNextToken(input.NextToken, 'number'),
      limit: pageLimit(input.MaxResults),
    })
    return present({ Grants: rows.map(grantMembers), NextToken: formatNextToken(next) })
  },
})
