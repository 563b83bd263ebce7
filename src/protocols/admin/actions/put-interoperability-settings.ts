import { z } from 'zod'
import { bringForward } from '#src/domain/directory-sync/connect.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'

/** Whether the organisation shares its mail domain and address book with an Exchange server (INT-02, GAL-01). */
export const putInteroperabilitySettings = defineAction({
  name: 'PutInteroperabilitySettings',
  input: z.object({ ...inOrganization, Enabled: z.boolean() }),
  run: async ({ store, now }, input) => {
    await store.organizations.changeSettings(input.OrganizationId, { interoperability: input.Enabled })
    // Who has no mailbox here leaves the address book, or comes back to it (INT-12).
    await bringForward(store, input.OrganizationId, now())
    return {}
  },
})
