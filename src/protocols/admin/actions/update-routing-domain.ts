import { z } from 'zod'
import { chooseRoutingDomain } from '#src/domain/directory/mail-domains.ts'
import { defineAction } from '../action.ts'
import { domainName, inOrganization } from '../fields.ts'

/** Mailboxes enabled from now on get an address in it, which Exchange can always send to (exchange-interop 0.2). */
export const updateRoutingDomain = defineAction({
  name: 'UpdateRoutingDomain',
  input: z.object({ ...inOrganization, DomainName: domainName }),
  run: async ({ store }, input) => {
    await chooseRoutingDomain(store, input.OrganizationId, input.DomainName)
    return {}
  },
})
