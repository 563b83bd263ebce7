import { z } from 'zod'
import { deleteAlias as remove } from '#src/domain/directory/aliases.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { email, entity, inOrganization } from '../fields.ts'

export const deleteAlias = defineAction({
  name: 'DeleteAlias',
  input: z.object({ ...inOrganization, EntityId: entity, Alias: email }),
  run: async ({ store }, input) => {
    const { id } = await getNamed(store, input.OrganizationId, input.EntityId, 'user', 'group', 'resource')
    await remove(store, input.OrganizationId, id, input.Alias)
    return {}
  },
})
