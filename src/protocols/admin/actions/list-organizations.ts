import { z } from 'zod'
import type { OrganizationId } from '#src/base/ids.ts'
import type { OrganizationSummary } from '#src/domain/organization/store.ts'
import type { Store } from '#src/domain/store.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { defineAction } from '../action.ts'
import { organizationOfCaller } from '../caller.ts'
import { present } from '../entries.ts'
import { organizationId, page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/**
 * Every organisation, also one whose key is out of reach: none is needed. To a key of one organisation that one only.
 * `AliasOrId` is ours: the one organisation of that name, or none.
 */
export const listOrganizations = defineAction({
  name: 'ListOrganizations',
  reads: true,
  scope: 'any',
  input: z.object({ ...page, AliasOrId: z.string().min(1).max(64).optional() }),
  run: async ({ store, caller }, { AliasOrId, NextToken, MaxResults }) => {
    const own = organizationOfCaller(caller)
    if (own !== null || AliasOrId !== undefined) {
      const found =
        AliasOrId === undefined ? await store.organizations.find({ id: own! }) : await named(store, AliasOrId)
      const visible = found !== undefined && (own === null || found.id === own)
      return { OrganizationSummaries: visible ? [summary(found)] : [] }
    }
    const { rows, next } = await store.organizations.list(
      parseNextToken(NextToken, 'string'),
      pageLimit(MaxResults),
    )
    return present({ OrganizationSummaries: rows.map(summary), NextToken: formatNextToken(next) })
  },
})

async function named(store: Store, text: string): Promise<OrganizationSummary | undefined> {
  const byId = organizationId.safeParse(text).success
    ? await store.organizations.find({ id: text as OrganizationId })
    : undefined
  return byId ?? store.organizations.find({ alias: text.toLowerCase() })
}

const summary = ({ id, alias, state, defaultDomain }: OrganizationSummary): JsonObject =>
  present({ OrganizationId: id, Alias: alias, State: state, DefaultMailDomain: defaultDomain ?? undefined })
