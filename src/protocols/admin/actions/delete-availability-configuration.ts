import { z } from 'zod'
import { removeAvailability } from '#src/domain/availability/configuration.ts'
import { defineAction } from '../action.ts'
import { domainName, inOrganization } from '../fields.ts'

/** Taking away what is not there is no error in the API's model. */
export const deleteAvailabilityConfiguration = defineAction({
  name: 'DeleteAvailabilityConfiguration',
  input: z.object({ ...inOrganization, DomainName: domainName }),
  run: async ({ store, availability }, { OrganizationId, DomainName }) => {
    const domain = DomainName.toLowerCase()
    if ((await store.directory.findAvailability(OrganizationId, domain)) !== undefined)
      await removeAvailability(store, OrganizationId, domain)
    availability.forget(OrganizationId, domain)
    return {}
  },
})
