import { z } from 'zod'
import { deleteEntry } from '#src/domain/directory/entry-changes.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

/** Deletes a disabled resource for good (DIR-07). */
export const deleteResource = defineAction({
  name: 'DeleteResource',
  input: z.object({ ...inOrganization, ResourceId: entity }),
  run: async ({ store, now }, input) => {
    const resource = await getNamed(store, input.OrganizationId, input.ResourceId, 'resource')
    await deleteEntry(store, input.OrganizationId, resource.id, now())
    return {}
  },
})
