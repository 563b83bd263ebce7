import { z } from 'zod'
import type { EntryId } from '#src/base/ids.ts'
import { defineAction } from '../action.ts'
import { getNamed, present } from '../entries.ts'
import { entity, inOrganization, page, prefix } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** Groups that it is a direct member of. A page may be short, even empty, and still go on: the filter comes after the page. */
export const listGroupsForEntity = defineAction({
  name: 'ListGroupsForEntity',
  reads: true,
  input: z.object({
    ...inOrganization,
    EntityId: entity,
    Filters: z.object({ GroupNamePrefix: prefix }).optional(),
    ...page,
  }),
  run: async ({ store }, input) => {
    const { id } = await getNamed(
      store,
      input.OrganizationId,
      input.EntityId,
      'user',
      'group',
      'resource',
      'contact',
    )
    const after = parseNextToken(input.NextToken, 'string') as EntryId | null
    const query = { after, limit: pageLimit(input.MaxResults) }
    const { rows, next } = await store.directory.listGroupsOf(input.OrganizationId, id, query)
    const begins = (input.Filters?.GroupNamePrefix ?? '').toLowerCase()
    const groups = rows
      .filter(({ name }) => name.toLowerCase().startsWith(begins))
      .map((group) => ({ GroupId: group.id, GroupName: group.name }))
    return present({ Groups: groups, NextToken: formatNextToken(next) })
  },
})
