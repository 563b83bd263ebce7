import { z } from 'zod'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'

/** Whether mail that fails the DMARC policy of its sender is treated as that policy says (DOM-12). */
export const putInboundDmarcSettings = defineAction({
  name: 'PutInboundDmarcSettings',
  input: z.object({ ...inOrganization, Enforced: z.boolean() }),
  run: async ({ store }, input) => {
    await store.organizations.changeSettings(input.OrganizationId, { dmarcEnforced: input.Enforced })
    return {}
  },
})
