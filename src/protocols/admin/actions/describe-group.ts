import { z } from 'zod'
import { defineAction } from '../action.ts'
import { commonMembers, getNamed, present } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

export const describeGroup = defineAction({
  name: 'DescribeGroup',
  reads: true,
  input: z.object({ ...inOrganization, GroupId: entity }),
  run: async ({ store }, input) => {
    const group = await getNamed(store, input.OrganizationId, input.GroupId, 'group')
    return present({ GroupId: group.id, ...commonMembers(group), HiddenFromGlobalAddressList: group.hidden })
  },
})
