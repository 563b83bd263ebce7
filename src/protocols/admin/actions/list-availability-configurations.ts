import { z } from 'zod'
import { defineAction } from '../action.ts'
import { availabilityMembers } from '../availability-members.ts'
import { present } from '../entries.ts'
import { inOrganization, page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

export const listAvailabilityConfigurations = defineAction({
  name: 'ListAvailabilityConfigurations',
  reads: true,
  input: z.object({ ...inOrganization, ...page }),
  run: async ({ store }, input) => {
    const { rows, next } = await store.directory.listAvailability(input.OrganizationId, {
      after: parseNextToken(input.NextToken, 'string'),
      limit: pageLimit(input.MaxResults),
    })
    return present({
      AvailabilityConfigurations: rows.map(availabilityMembers),
      NextToken: formatNextToken(next),
    })
  },
})
