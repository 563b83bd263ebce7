import { z } from 'zod'
import { updateGateway as update } from '#src/domain/gateway/gateways.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { gatewayFields, gatewayName, orNull } from '../gateway-members.ts'

/** Ours: changes the members that are given. Recipients are given as a whole. */
export const updateGateway = defineAction({
  name: 'UpdateGateway',
  input: z.object({
    ...inOrganization,
    Name: gatewayName,
    Host: gatewayFields.Host.optional(),
    Port: gatewayFields.Port.optional(),
    Tls: gatewayFields.Tls.optional(),
    Authorities: gatewayFields.Authorities.optional(),
    UserName: gatewayFields.UserName.optional(),
    Password: gatewayFields.Password.optional(),
    Recipients: gatewayFields.Recipients.optional(),
  }),
  run: async ({ store }, input) => {
    await update(store, input.OrganizationId, input.Name, {
      ...(input.Host !== undefined && { host: input.Host }),
      ...(input.Port !== undefined && { port: input.Port }),
      ...(input.Tls !== undefined && { tls: input.Tls }),
      ...(input.Authorities !== undefined && { authorities: orNull(input.Authorities) }),
      ...(input.UserName !== undefined && { user: orNull(input.UserName) }),
      ...(input.Password !== undefined && { password: input.Password }),
      ...(input.Recipients !== undefined && { recipients: input.Recipients }),
    })
    return {}
  },
})
