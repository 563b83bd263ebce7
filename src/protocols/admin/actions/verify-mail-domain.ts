import { z } from 'zod'
import { verifyMailDomain as verify } from '#src/domain/directory/domain-verification.ts'
import { defineAction } from '../action.ts'
import { formatMailDomain } from '../domain-members.ts'
import { domainName, inOrganization } from '../fields.ts'

/** Ours: looks up the records of a domain now, instead of waiting for the next check. Answers as GetMailDomain. */
export const verifyMailDomain = defineAction({
  name: 'VerifyMailDomain',
  input: z.object({ ...inOrganization, DomainName: domainName }),
  run: async ({ store, resolver, mailHosts, now }, input) => {
    const { OrganizationId: organization, DomainName } = input
    const domain = await verify({ store, resolver, hosts: mailHosts }, organization, DomainName, now())
    const { defaultDomain } = await store.directory.settings(organization)
    return formatMailDomain(domain, mailHosts, defaultDomain === domain.name)
  },
})
