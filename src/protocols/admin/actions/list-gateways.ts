import { z } from 'zod'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { inOrganization, page } from '../fields.ts'
import { gatewayMembers } from '../gateway-members.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** Ours. */
export const listGateways = defineAction({
  name: 'ListGateways',
  reads: true,
  input: z.object({ ...inOrganization, ...page }),
  run: async ({ store }, input) => {
    const { rows, next } = await store.delivery.listGateways(input.OrganizationId, {
      after: parseNextToken(input.NextToken, 'string'),
      limit: pageLimit(input.MaxResults),
    })
    return present({ Gateways: rows.map(gatewayMembers), NextToken: formatNextToken(next) })
  },
})
