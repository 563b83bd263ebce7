import { z } from 'zod'
import { removeGateway } from '#src/domain/gateway/gateways.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { gatewayName } from '../gateway-members.ts'

/** Ours: new mail goes the usual way again; what is queued for the gateway comes back to its senders. */
export const deleteGateway = defineAction({
  name: 'DeleteGateway',
  input: z.object({ ...inOrganization, Name: gatewayName }),
  run: async ({ store }, input) => {
    await removeGateway(store, input.OrganizationId, input.Name)
    return {}
  },
})
