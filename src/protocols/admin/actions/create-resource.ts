import { z } from 'zod'
import { createResource as create } from '#src/domain/directory/resources.ts'
import { defineAction } from '../action.ts'
import { hidden, inOrganization, resourceName } from '../fields.ts'
import { resourceDescription, resourceType } from '../resource-members.ts'

/** Makes a room or equipment; RegisterToWorkMail gives it its address and calendar. */
export const createResource = defineAction({
  name: 'CreateResource',
  input: z.object({
    ...inOrganization,
    Name: resourceName,
    Type: resourceType,
    Description: resourceDescription.optional(),
    HiddenFromGlobalAddressList: hidden,
  }),
  run: async ({ store, now }, input) => {
    const resource = {
      name: input.Name,
      type: input.Type,
      description: input.Description ?? '',
      hidden: input.HiddenFromGlobalAddressList ?? false,
    }
    return { ResourceId: (await create(store, input.OrganizationId, resource, now())).id }
  },
})
