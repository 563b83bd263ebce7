import { z } from 'zod'
import type { EntryId } from '#src/base/ids.ts'
import { defineAction } from '../action.ts'
import { getNamed, memberType, present, timestamp } from '../entries.ts'
import { entity, inOrganization, page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** Direct members. Resources and contacts, which WorkMail has no word for, are told as users. */
export const listGroupMembers = defineAction({
  name: 'ListGroupMembers',
  reads: true,
  input: z.object({ ...inOrganization, GroupId: entity, ...page }),
  run: async ({ store }, input) => {
    const group = await getNamed(store, input.OrganizationId, input.GroupId, 'group')
    const after = parseNextToken(input.NextToken, 'string') as EntryId | null
    const query = { after, limit: pageLimit(input.MaxResults) }
    const { rows, next } = await store.directory.listMembers(input.OrganizationId, group.id, query)
    const members = rows.map((entry) =>
      present({
        Id: entry.id,
        Name: entry.name,
        Type: memberType(entry),
        State: entry.state,
        EnabledDate: timestamp(entry.enabledAt),
        DisabledDate: timestamp(entry.disabledAt),
      }),
    )
    return present({ Members: members, NextToken: formatNextToken(next) })
  },
})
