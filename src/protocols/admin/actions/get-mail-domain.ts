import { z } from 'zod'
import { defineAction } from '../action.ts'
import { formatMailDomain } from '../domain-members.ts'
import { domainName, inOrganization } from '../fields.ts'

export const getMailDomain = defineAction({
  name: 'GetMailDomain',
  reads: true,
  input: z.object({ ...inOrganization, DomainName: domainName }),
  run: async ({ store, mailHosts }, input) => {
    const domain = await store.directory.getDomain(input.OrganizationId, input.DomainName)
    const { defaultDomain } = await store.directory.settings(input.OrganizationId)
    return formatMailDomain(domain, mailHosts, defaultDomain === domain.name)
  },
})
