import { disassociateMember } from '#src/domain/directory/groups.ts'
import { defineAction } from '../action.ts'
import { getMembership, membership } from '../membership.ts'

export const disassociateMemberFromGroup = defineAction({
  name: 'DisassociateMemberFromGroup',
  input: membership,
  run: async ({ store }, input) => {
    await disassociateMember(store, input.OrganizationId, await getMembership(store, input))
    return {}
  },
})
