import { z } from 'zod'
import { defineAction } from '../action.ts'
import { commonMembers, getNamed, present } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'
import { formatBookingOptions } from '../resource-members.ts'

export const describeResource = defineAction({
  name: 'DescribeResource',
  reads: true,
  input: z.object({ ...inOrganization, ResourceId: entity }),
  run: async ({ store }, input) => {
    const resource = await getNamed(store, input.OrganizationId, input.ResourceId, 'resource')
    return present({
      ResourceId: resource.id,
      ...commonMembers(resource),
      Type: resource.type,
      BookingOptions: formatBookingOptions(resource.bookingOptions),
      Description: resource.description || undefined,
      HiddenFromGlobalAddressList: resource.hidden,
    })
  },
})
