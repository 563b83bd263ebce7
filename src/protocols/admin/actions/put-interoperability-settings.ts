import { z } from 'zod'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'

/** Whether the organisation shares its mail domain and address book with an Exchange server (INT-02, GAL-01). */
export const putInteroperabilitySettings = defineAction({
  name: 'PutInteroperabilitySettings',
  input: z.object({ ...inOrganization, Enabled: z.boolean() }),
  run: async ({ store }, input) => {
    await store.organizations.changeSettings(input.OrganizationId, { interoperability: input.Enabled })
    return {}
  },
})
