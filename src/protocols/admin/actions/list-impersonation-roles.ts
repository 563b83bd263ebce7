import { z } from 'zod'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { inOrganization, page } from '../fields.ts'
import { roleSummary } from '../impersonation-members.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** In order of their ids, without their rules. */
export const listImpersonationRoles = defineAction({
  name: 'ListImpersonationRoles',
  reads: true,
  input: z.object({ ...inOrganization, ...page }),
  run: async ({ store }, { OrganizationId, NextToken, MaxResults }) => {
    const after = parseNextToken(NextToken, 'string') ?? ''
    const { settings } = await store.organizations.get(OrganizationId)
    const rest = settings.impersonationRoles
      .filter(({ id }) => id > after)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    const rows = rest.slice(0, pageLimit(MaxResults))
    const next = rows.length < rest.length ? rows.at(-1)!.id : null
    return present({ Roles: rows.map(roleSummary), NextToken: formatNextToken(next) })
  },
})
