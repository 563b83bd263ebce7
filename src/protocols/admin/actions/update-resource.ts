import { z } from 'zod'
import { updateResource as update } from '#src/domain/directory/resources.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, hidden, inOrganization, resourceName } from '../fields.ts'
import {
  bookingOptions,
  parseBookingOptions,
  resourceDescription,
  resourceType,
} from '../resource-members.ts'

export const updateResource = defineAction({
  name: 'UpdateResource',
  input: z.object({
    ...inOrganization,
    ResourceId: entity,
    Name: resourceName.optional(),
    BookingOptions: bookingOptions.optional(),
    Description: resourceDescription.optional(),
    Type: resourceType.optional(),
    HiddenFromGlobalAddressList: hidden,
  }),
  run: async ({ store }, input) => {
    const resource = await getNamed(store, input.OrganizationId, input.ResourceId, 'resource')
    await update(store, input.OrganizationId, resource.id, {
      ...(input.Name !== undefined && { name: input.Name }),
      ...(input.BookingOptions !== undefined && {
        bookingOptions: parseBookingOptions(input.BookingOptions),
      }),
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.Type !== undefined && { type: input.Type }),
      ...(input.HiddenFromGlobalAddressList !== undefined && { hidden: input.HiddenFromGlobalAddressList }),
    })
    return {}
  },
})
