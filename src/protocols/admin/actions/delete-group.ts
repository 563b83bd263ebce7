import { z } from 'zod'
import { deleteEntry } from '#src/domain/directory/entry-changes.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

/** Deletes a disabled group for good (DIR-07). */
export const deleteGroup = defineAction({
  name: 'DeleteGroup',
  input: z.object({ ...inOrganization, GroupId: entity }),
  run: async ({ store, now }, input) => {
    const group = await getNamed(store, input.OrganizationId, input.GroupId, 'group')
    await deleteEntry(store, input.OrganizationId, group.id, now())
    return {}
  },
})
