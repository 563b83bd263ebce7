import { defineAction } from '../action.ts'
import { commonMembers, present } from '../entries.ts'
import { listEntries, namedFilter, namedList } from '../entry-list.ts'

export const listResources = defineAction({
  name: 'ListResources',
  reads: true,
  input: namedList,
  run: async ({ store }, input) => {
    const wanted = { kind: 'resource', filter: namedFilter(input), member: 'Resources' } as const
    return listEntries(store, input, wanted, (resource) =>
      present({
        Id: resource.id,
        ...commonMembers(resource),
        Type: resource.type,
        Description: resource.description || undefined,
      }),
    )
  },
})
