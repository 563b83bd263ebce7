import { z } from 'zod'
import { defineAction } from '../action.ts'
import { commonMembers, present } from '../entries.ts'
import { listEntries, prefixes, statesOf } from '../entry-list.ts'
import { entityState, inOrganization, page, prefix } from '../fields.ts'

const filters = z.object({ NamePrefix: prefix, PrimaryEmailPrefix: prefix, State: entityState.optional() })

export const listResources = defineAction({
  name: 'ListResources',
  reads: true,
  input: z.object({ ...inOrganization, ...page, Filters: filters.optional() }),
  run: async ({ store }, input) => {
    const { NamePrefix, PrimaryEmailPrefix, State } = input.Filters ?? {}
    const filter = {
      ...statesOf(State),
      ...prefixes({ namePrefix: NamePrefix, primaryAddressPrefix: PrimaryEmailPrefix }),
    }
    return listEntries(store, input, { kind: 'resource', filter, member: 'Resources' }, (resource) =>
      present({
        Id: resource.id,
        ...commonMembers(resource),
        Type: resource.type,
        Description: resource.description || undefined,
      }),
    )
  },
})
