import { z } from 'zod'
import { defineAction } from '../action.ts'
import { formatMailFrom } from '../domain-members.ts'
import { domainName, inOrganization } from '../fields.ts'

/** Ours: the MAIL FROM domain of a domain with its records and what was found of them (DOM-06). */
export const describeMailFromDomain = defineAction({
  name: 'DescribeMailFromDomain',
  reads: true,
  input: z.object({ ...inOrganization, DomainName: domainName }),
  run: async ({ store, mailHosts }, { OrganizationId, DomainName }) =>
    formatMailFrom(await store.directory.getDomain(OrganizationId, DomainName), mailHosts),
})
