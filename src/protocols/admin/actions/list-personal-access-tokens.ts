import { z } from 'zod'
import { defineAction } from '../action.ts'
import { getNamed, present } from '../entries.ts'
import { entity, inOrganization, page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'
import { formatToken } from '../token-members.ts'

/** Of one user, or of all. */
export const listPersonalAccessTokens = defineAction({
  name: 'ListPersonalAccessTokens',
  reads: true,
  input: z.object({ ...inOrganization, UserId: entity.optional(), ...page }),
  run: async ({ store }, input) => {
    const { OrganizationId: organization, UserId } = input
    const user = UserId === undefined ? undefined : await getNamed(store, organization, UserId, 'user')
    const { rows, next } = await store.directory.listTokens(organization, {
      after: parseNextToken(input.NextToken, 'number'),
      limit: pageLimit(input.MaxResults),
      ...(user !== undefined && { entry: user.id }),
    })
    return present({ PersonalAccessTokenSummaries: rows.map(formatToken), NextToken: formatNextToken(next) })
  },
})
