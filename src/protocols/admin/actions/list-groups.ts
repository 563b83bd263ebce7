import { z } from 'zod'
import { defineAction } from '../action.ts'
import { commonMembers, present } from '../entries.ts'
import { listEntries, prefixes, statesOf } from '../entry-list.ts'
import { entityState, inOrganization, page, prefix } from '../fields.ts'

const filters = z.object({ NamePrefix: prefix, PrimaryEmailPrefix: prefix, State: entityState.optional() })

export const listGroups = defineAction({
  name: 'ListGroups',
  reads: true,
  input: z.object({ ...inOrganization, ...page, Filters: filters.optional() }),
  run: async ({ store }, input) => {
    const { NamePrefix, PrimaryEmailPrefix, State } = input.Filters ?? {}
    const filter = {
      ...statesOf(State),
      ...prefixes({ namePrefix: NamePrefix, primaryAddressPrefix: PrimaryEmailPrefix }),
    }
    return listEntries(store, input, { kind: 'group', filter, member: 'Groups' }, (group) =>
      present({ Id: group.id, ...commonMembers(group) }),
    )
  },
})
