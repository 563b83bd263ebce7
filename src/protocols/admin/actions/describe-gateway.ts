import { z } from 'zod'
import { noGateway } from '#src/domain/gateway/gateways.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { gatewayMembers, gatewayName } from '../gateway-members.ts'

/** Ours. The password is never shown. */
export const describeGateway = defineAction({
  name: 'DescribeGateway',
  reads: true,
  input: z.object({ ...inOrganization, Name: gatewayName }),
  run: async ({ store }, input) => {
    const gateway = await store.delivery.findGateway(input.OrganizationId, input.Name)
    if (gateway === undefined) throw noGateway(input.Name)
    return gatewayMembers(gateway)
  },
})
