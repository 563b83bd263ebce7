import { z } from 'zod'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'

export const describeInboundDmarcSettings = defineAction({
  name: 'DescribeInboundDmarcSettings',
  reads: true,
  input: z.object(inOrganization),
  run: async ({ store }, input) => {
    const { settings } = await store.organizations.get(input.OrganizationId)
    return { Enforced: settings.dmarcEnforced }
  },
})
