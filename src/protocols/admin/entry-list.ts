import { z } from 'zod'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Entry, EntryFilter, EntryKind } from '#src/domain/directory/entry.ts'
import type { Store } from '#src/domain/store.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { present } from './entries.ts'
import { entityState, inOrganization, page, prefix } from './fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from './pagination.ts'

type ListInput = {
  OrganizationId: OrganizationId
  NextToken?: string | undefined
  MaxResults?: number | undefined
}

/** A page of one kind of entry as the API's lists answer it, under the member that the operation names. */
export async function listEntries<K extends EntryKind>(
  store: Store,
  { OrganizationId, NextToken, MaxResults }: ListInput,
  { kind, filter, member }: { kind: K; filter: EntryFilter; member: string },
  shape: (entry: Extract<Entry, { kind: K }>) => JsonObject,
): Promise<JsonObject> {
  const query = { kind, filter, after: parseNextToken(NextToken, 'number'), limit: pageLimit(MaxResults) }
  const { rows, next } = await store.directory.listEntries(OrganizationId, query)
  return present({
    [member]: rows.map((entry) => shape(entry as Extract<Entry, { kind: K }>)),
    NextToken: formatNextToken(next),
  })
}

/** `states` only when one is asked for: without it deleted entries are left out. */
export const statesOf = (state: Entry['state'] | undefined): EntryFilter =>
  state === undefined ? {} : { states: [state] }

/** Prefixes that were given. */
export function prefixes(given: { [Name in keyof EntryFilter]?: string | undefined }): EntryFilter {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** Input of the lists of groups and resources. */
export const namedList = z.object({
  ...inOrganization,
  ...page,
  Filters: z
    .object({ NamePrefix: prefix, PrimaryEmailPrefix: prefix, State: entityState.optional() })
    .optional(),
})

export function namedFilter({ Filters = {} }: z.output<typeof namedList>): EntryFilter {
  const { NamePrefix, PrimaryEmailPrefix, State } = Filters
  return {
    ...statesOf(State),
    ...prefixes({ namePrefix: NamePrefix, primaryAddressPrefix: PrimaryEmailPrefix }),
  }
}
