import { z } from 'zod'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { inOrganization, page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

export const listMailDomains = defineAction({
  name: 'ListMailDomains',
  reads: true,
  input: z.object({ ...inOrganization, ...page }),
  run: async ({ store }, input) => {
    const query = { after: parseNextToken(input.NextToken, 'string'), limit: pageLimit(input.MaxResults) }
    const { rows, next } = await store.directory.listDomains(input.OrganizationId, query)
    const { defaultDomain } = await store.directory.settings(input.OrganizationId)
    const domains = rows.map(({ name }) => ({ DomainName: name, DefaultDomain: name === defaultDomain }))
    return present({ MailDomains: domains, NextToken: formatNextToken(next) })
  },
})
