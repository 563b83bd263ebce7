import { z } from 'zod'
import type { EntryId } from '#src/base/ids.ts'
import { defineAction } from '../action.ts'
import { getNamed, memberType, present } from '../entries.ts'
import { entity, inOrganization, page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

export const listResourceDelegates = defineAction({
  name: 'ListResourceDelegates',
  reads: true,
  input: z.object({ ...inOrganization, ResourceId: entity, ...page }),
  run: async ({ store }, input) => {
    const resource = await getNamed(store, input.OrganizationId, input.ResourceId, 'resource')
    const after = parseNextToken(input.NextToken, 'string') as EntryId | null
    const query = { after, limit: pageLimit(input.MaxResults) }
    const { rows, next } = await store.directory.listDelegates(input.OrganizationId, resource.id, query)
    const delegates = rows.map((entry) => ({ Id: entry.id, Type: memberType(entry) }))
    return present({ Delegates: delegates, NextToken: formatNextToken(next) })
  },
})
