import { z } from 'zod'
import { registerMailDomain as register } from '#src/domain/directory/mail-domains.ts'
import { defineAction } from '../action.ts'
import { clientToken, domainName, inOrganization } from '../fields.ts'

export const registerMailDomain = defineAction({
  name: 'RegisterMailDomain',
  idempotent: true,
  input: z.object({
    ...inOrganization,
    DomainName: domainName,
    ClientToken: clientToken,
    /** Our own member: a ROUTING domain is one that only this service takes mail for. */
    Use: z.enum(['MAIL', 'ROUTING']).optional(),
  }),
  run: async ({ store, now }, input) => {
    await register(
      store,
      input.OrganizationId,
      { name: input.DomainName, use: input.Use === 'ROUTING' ? 'routing' : 'mail' },
      now(),
    )
    return {}
  },
})
