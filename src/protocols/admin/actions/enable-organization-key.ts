import { z } from 'zod'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'

/** Ours: makes an organisation readable again whose key was disabled. */
export const enableOrganizationKey = defineAction({
  name: 'EnableOrganizationKey',
  input: z.object(inOrganization),
  run: async ({ store }, { OrganizationId: organization }) => {
    await store.organizations.enableKey(organization)
    return { KeyState: await store.organizations.keyState(organization) }
  },
})
