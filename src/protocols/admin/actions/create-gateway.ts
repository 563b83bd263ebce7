import { z } from 'zod'
import { createGateway as create } from '#src/domain/gateway/gateways.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { gatewayFields, gatewayName, orNull } from '../gateway-members.ts'

/** Ours (FLW-12): a server through which mail for some recipients, or all mail that leaves, goes from now on. */
export const createGateway = defineAction({
  name: 'CreateGateway',
  input: z.object({
    ...inOrganization,
    Name: gatewayName,
    Host: gatewayFields.Host,
    Port: gatewayFields.Port.optional(),
    Tls: gatewayFields.Tls.optional(),
    Authorities: gatewayFields.Authorities.optional(),
    UserName: gatewayFields.UserName.optional(),
    Password: gatewayFields.Password.optional(),
    Recipients: gatewayFields.Recipients.optional(),
  }),
  run: async ({ store }, input) => {
    const tls = input.Tls ?? 'required'
    await create(
      store,
      input.OrganizationId,
      {
        name: input.Name,
        host: input.Host,
        // RFC 8314 and RFC 6409 name these for submission.
        port: input.Port ?? (tls === 'implicit' ? 465 : 587),
        tls,
        authorities: orNull(input.Authorities ?? ''),
        user: orNull(input.UserName ?? ''),
        recipients: input.Recipients ?? [],
      },
      input.Password ?? null,
    )
    return {}
  },
})
