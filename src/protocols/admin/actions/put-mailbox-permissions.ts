import { z } from 'zod'
import { parsePermissions, putMailboxPermissions as put } from '#src/domain/directory/mailbox-permission.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

/** Replaces what the grantee may do with the mailbox (DIR-20). */
export const putMailboxPermissions = defineAction({
  name: 'PutMailboxPermissions',
  input: z.object({
    ...inOrganization,
    EntityId: entity,
    GranteeId: entity,
    PermissionValues: z.array(z.enum(['FULL_ACCESS', 'SEND_AS', 'SEND_ON_BEHALF'])).max(3),
  }),
  run: async ({ store }, input) => {
    const owner = await getNamed(store, input.OrganizationId, input.EntityId, 'user', 'group', 'resource')
    const grantee = await getNamed(store, input.OrganizationId, input.GranteeId, 'user', 'group')
    const rights = parsePermissions(input.PermissionValues)
    await put(store, input.OrganizationId, { owner: owner.id, grantee: grantee.id, rights })
    return {}
  },
})
