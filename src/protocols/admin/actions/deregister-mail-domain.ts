import { z } from 'zod'
import { deregisterMailDomain as deregister } from '#src/domain/directory/mail-domains.ts'
import { defineAction } from '../action.ts'
import { domainName, inOrganization } from '../fields.ts'

export const deregisterMailDomain = defineAction({
  name: 'DeregisterMailDomain',
  input: z.object({ ...inOrganization, DomainName: domainName }),
  run: async ({ store }, input) => {
    await deregister(store, input.OrganizationId, input.DomainName)
    return {}
  },
})
