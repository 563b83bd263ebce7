import { z } from 'zod'
import type { Organization } from '#src/domain/organization/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { defineAction } from '../action.ts'
import { organizationOfCaller } from '../caller.ts'
import { present } from '../entries.ts'
import { page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** Every organisation, also one whose key is out of reach; to a key of one organisation that one only. */
export const listOrganizations = defineAction({
  name: 'ListOrganizations',
  reads: true,
  scope: 'any',
  input: z.object(page),
  run: async ({ store, caller }, input) => {
    const own = organizationOfCaller(caller)
    if (own !== null)
      return { OrganizationSummaries: [await summary(store, await store.organizations.get(own))] }
    const { rows, next } = await store.organizations.list(
      parseNextToken(input.NextToken, 'string'),
      pageLimit(input.MaxResults),
    )
    const summaries = await Promise.all(rows.map((organization) => summary(store, organization)))
    return present({ OrganizationSummaries: summaries, NextToken: formatNextToken(next) })
  },
})

async function summary(
  store: Store,
  { id, alias, state }: Omit<Organization, 'settings'>,
): Promise<JsonObject> {
  const members = { OrganizationId: id, Alias: alias, State: state }
  try {
    const { defaultDomain } = await store.directory.settings(id)
    return present({ ...members, DefaultMailDomain: defaultDomain ?? undefined })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { ...members, ErrorMessage: error.message }
  }
}
