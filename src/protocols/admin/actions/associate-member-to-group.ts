import { z } from 'zod'
import { associateMember } from '#src/domain/directory/groups.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

export const associateMemberToGroup = defineAction({
  name: 'AssociateMemberToGroup',
  input: z.object({ ...inOrganization, GroupId: entity, MemberId: entity }),
  run: async ({ store }, input) => {
    const group = await getNamed(store, input.OrganizationId, input.GroupId, 'group')
    const member = await getNamed(
      store,
      input.OrganizationId,
      input.MemberId,
      'user',
      'group',
      'resource',
      'contact',
    )
    await associateMember(store, input.OrganizationId, { group: group.id, member: member.id })
    return {}
  },
})
