import { z } from 'zod'
import { deleteEntry } from '#src/domain/directory/entry-changes.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

/** Deletes a disabled user for good (DIR-07). */
export const deleteUser = defineAction({
  name: 'DeleteUser',
  input: z.object({ ...inOrganization, UserId: entity }),
  run: async ({ store, now }, input) => {
    const user = await getNamed(store, input.OrganizationId, input.UserId, 'user')
    await deleteEntry(store, input.OrganizationId, user.id, now())
    return {}
  },
})
