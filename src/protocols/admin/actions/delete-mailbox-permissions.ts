import { z } from 'zod'
import { deleteMailboxPermissions as remove } from '#src/domain/directory/mailbox-permission.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

export const deleteMailboxPermissions = defineAction({
  name: 'DeleteMailboxPermissions',
  input: z.object({ ...inOrganization, EntityId: entity, GranteeId: entity }),
  run: async ({ store }, input) => {
    const owner = await getNamed(store, input.OrganizationId, input.EntityId, 'user', 'group', 'resource')
    const grantee = await getNamed(store, input.OrganizationId, input.GranteeId, 'user', 'group')
    await remove(store, input.OrganizationId, { owner: owner.id, grantee: grantee.id })
    return {}
  },
})
