import { z } from 'zod'
import { registerMailDomain as register } from '#src/domain/directory/mail-domains.ts'
import { defineAction } from '../action.ts'
import { clientToken, domainName, inOrganization } from '../fields.ts'

export const registerMailDomain = defineAction({
  name: 'RegisterMailDomain',
  idempotent: true,
  input: z.object({ ...inOrganization, DomainName: domainName, ClientToken: clientToken }),
  run: async ({ store, now }, input) => {
    await register(store, input.OrganizationId, { name: input.DomainName }, now())
    return {}
  },
})
