import { z } from 'zod'
import { deregisterFromWorkMail as deregister } from '#src/domain/directory/registration.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

/** Disables: nobody gets in from now on, the mailbox is kept for 30 days (DIR-06). */
export const deregisterFromWorkMail = defineAction({
  name: 'DeregisterFromWorkMail',
  input: z.object({ ...inOrganization, EntityId: entity }),
  run: async ({ store, now }, input) => {
    const { id } = await getNamed(store, input.OrganizationId, input.EntityId, 'user', 'group', 'resource')
    await deregister(store, input.OrganizationId, id, now())
    return {}
  },
})
