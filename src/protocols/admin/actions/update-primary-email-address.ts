import { z } from 'zod'
import { updatePrimaryEmailAddress as update } from '#src/domain/directory/aliases.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { email, entity, inOrganization } from '../fields.ts'

/** The address becomes the primary one, the old one an alias (DIR-04). */
export const updatePrimaryEmailAddress = defineAction({
  name: 'UpdatePrimaryEmailAddress',
  input: z.object({ ...inOrganization, EntityId: entity, Email: email }),
  run: async ({ store }, input) => {
    const { id } = await getNamed(store, input.OrganizationId, input.EntityId, 'user', 'group', 'resource')
    await update(store, input.OrganizationId, id, input.Email)
    return {}
  },
})
