import { associateMember } from '#src/domain/directory/groups.ts'
import { defineAction } from '../action.ts'
import { getMembership, membership } from '../membership.ts'

export const associateMemberToGroup = defineAction({
  name: 'AssociateMemberToGroup',
  input: membership,
  run: async ({ store }, input) => {
    await associateMember(store, input.OrganizationId, await getMembership(store, input))
    return {}
  },
})
