import { defineAction } from '../action.ts'
import { commonMembers, present } from '../entries.ts'
import { listEntries, namedFilter, namedList } from '../entry-list.ts'

export const listGroups = defineAction({
  name: 'ListGroups',
  reads: true,
  input: namedList,
  run: async ({ store }, input) =>
    listEntries(store, input, { kind: 'group', filter: namedFilter(input), member: 'Groups' }, (group) =>
      present({ Id: group.id, ...commonMembers(group) }),
    ),
})
