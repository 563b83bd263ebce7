import { z } from 'zod'
import { updateAvailability } from '#src/domain/availability/configuration.ts'
import { defineAction } from '../action.ts'
import { givenProvider, providerFields } from '../availability-members.ts'
import { domainName, inOrganization } from '../fields.ts'

/** Puts another provider in place of the one there is, password and all. */
export const updateAvailabilityConfiguration = defineAction({
  name: 'UpdateAvailabilityConfiguration',
  input: z.object({ ...inOrganization, DomainName: domainName, ...providerFields }),
  run: async ({ store, availability, now }, input) => {
    const given = { domain: input.DomainName, ...givenProvider(input) }
    const { domain } = await updateAvailability(store, input.OrganizationId, given, now())
    availability.forget(input.OrganizationId, domain)
    return {}
  },
})
