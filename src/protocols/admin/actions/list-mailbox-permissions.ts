import { z } from 'zod'
import type { EntryId } from '#src/base/ids.ts'
import { formatPermissions } from '#src/domain/directory/mailbox-permission.ts'
import { defineAction } from '../action.ts'
import { getNamed, memberType, present } from '../entries.ts'
import { entity, inOrganization, page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

export const listMailboxPermissions = defineAction({
  name: 'ListMailboxPermissions',
  reads: true,
  input: z.object({ ...inOrganization, EntityId: entity, ...page }),
  run: async ({ store }, input) => {
    const { OrganizationId: organization } = input
    const owner = await getNamed(store, organization, input.EntityId, 'user', 'group', 'resource')
    const after = parseNextToken(input.NextToken, 'string') as EntryId | null
    const query = { after, limit: pageLimit(input.MaxResults) }
    const { rows, next } = await store.directory.listPermissions(organization, owner.id, query)
    const permissions = await Promise.all(
      rows.map(async ({ grantee, rights }) => ({
        GranteeId: grantee,
        GranteeType: memberType(await store.directory.getEntry(organization, grantee)),
        PermissionValues: formatPermissions(rights),
      })),
    )
    return present({ Permissions: permissions, NextToken: formatNextToken(next) })
  },
})
