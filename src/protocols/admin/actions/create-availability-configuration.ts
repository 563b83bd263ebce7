import { z } from 'zod'
import { createAvailability } from '#src/domain/availability/configuration.ts'
import { defineAction } from '../action.ts'
import { givenProvider, providerFields } from '../availability-members.ts'
import { clientToken, domainName, inOrganization } from '../fields.ts'

/** From now on the provider is asked when people of the domain are free (FBI-06). */
export const createAvailabilityConfiguration = defineAction({
  name: 'CreateAvailabilityConfiguration',
  idempotent: true,
  input: z.object({
    ...inOrganization,
    DomainName: domainName,
    ...providerFields,
    ClientToken: clientToken,
  }),
  run: async ({ store, availability, now }, input) => {
    const given = { domain: input.DomainName, ...givenProvider(input) }
    const { domain } = await createAvailability(store, input.OrganizationId, given, now())
    availability.forget(input.OrganizationId, domain)
    return {}
  },
})
