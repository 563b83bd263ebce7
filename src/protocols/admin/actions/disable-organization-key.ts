import { z } from 'zod'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'

/** Ours: nothing of the organisation can be read from now on, within a minute at the latest (SEC-05). Can be undone. */
export const disableOrganizationKey = defineAction({
  name: 'DisableOrganizationKey',
  input: z.object(inOrganization),
  run: async ({ store }, { OrganizationId: organization }) => {
    await store.organizations.disableKey(organization)
    return { KeyState: await store.organizations.keyState(organization) }
  },
})
