import { z } from 'zod'
import {
  addAvailabilityAccount,
  removeAvailabilityAccount,
} from '#src/domain/availability/service-accounts.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

/**
 * Ours (FBI-02): with Enabled the user may only ask when people are free, over EWS, as Exchange does with the account of
 * Add-AvailabilityAddressSpace; without it the user is one like any other again.
 */
export const putAvailabilityAccount = defineAction({
  name: 'PutAvailabilityAccount',
  input: z.object({ ...inOrganization, UserId: entity, Enabled: z.boolean() }),
  run: async ({ store }, { OrganizationId, UserId, Enabled }) => {
    const { id } = await getNamed(store, OrganizationId, UserId, 'user')
    const change = Enabled ? addAvailabilityAccount : removeAvailabilityAccount
    await change(store.organizations, OrganizationId, id)
    return {}
  },
})
