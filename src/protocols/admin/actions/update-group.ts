import { z } from 'zod'
import { updateGroup as update } from '#src/domain/directory/groups.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, hidden, inOrganization } from '../fields.ts'

export const updateGroup = defineAction({
  name: 'UpdateGroup',
  input: z.object({ ...inOrganization, GroupId: entity, HiddenFromGlobalAddressList: hidden }),
  run: async ({ store }, input) => {
    const group = await getNamed(store, input.OrganizationId, input.GroupId, 'group')
    const hiddenNow = input.HiddenFromGlobalAddressList
    if (hiddenNow !== undefined) await update(store, input.OrganizationId, group.id, { hidden: hiddenNow })
    return {}
  },
})
