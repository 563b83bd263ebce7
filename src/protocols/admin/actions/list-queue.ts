import { z } from 'zod'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { inOrganization, page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'
import { queuedMembers } from '../queue-members.ts'

/** Ours: messages on their way, newest first. */
export const listQueue = defineAction({
  name: 'ListQueue',
  reads: true,
  input: z.object({ ...inOrganization, ...page }),
  run: async ({ store }, input) => {
    const { rows, next } = await store.delivery.listQueue(input.OrganizationId, {
      after: parseNextToken(input.NextToken, 'string'),
      limit: pageLimit(input.MaxResults),
    })
    return present({ Messages: rows.map(queuedMembers), NextToken: formatNextToken(next) })
  },
})
