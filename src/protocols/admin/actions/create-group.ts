import { z } from 'zod'
import { createGroup as create } from '#src/domain/directory/groups.ts'
import { defineAction } from '../action.ts'
import { groupName, hidden, inOrganization } from '../fields.ts'

/** Makes a group, disabled and without address; RegisterToWorkMail enables it. */
export const createGroup = defineAction({
  name: 'CreateGroup',
  input: z.object({ ...inOrganization, Name: groupName, HiddenFromGlobalAddressList: hidden }),
  run: async ({ store, now }, input) => {
    const group = { name: input.Name, hidden: input.HiddenFromGlobalAddressList ?? false }
    return { GroupId: (await create(store, input.OrganizationId, group, now())).id }
  },
})
