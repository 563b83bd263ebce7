import { z } from 'zod'
import { createAlias as create } from '#src/domain/directory/aliases.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { email, entity, inOrganization } from '../fields.ts'

export const createAlias = defineAction({
  name: 'CreateAlias',
  input: z.object({ ...inOrganization, EntityId: entity, Alias: email }),
  run: async ({ store }, input) => {
    const { id } = await getNamed(store, input.OrganizationId, input.EntityId, 'user', 'group', 'resource')
    await create(store, input.OrganizationId, id, input.Alias)
    return {}
  },
})
