import { z } from 'zod'
import { noGateway } from '#src/domain/gateway/gateways.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { inOrganization } from '../fields.ts'
import { gatewayName } from '../gateway-members.ts'
import { mailAddress } from '../queue-members.ts'

/** Ours: connects, secures and signs in as a delivery would, asks for a recipient where one is given, and sends nothing. */
export const testGateway = defineAction({
  name: 'TestGateway',
  input: z.object({
    ...inOrganization,
    Name: gatewayName,
    Sender: mailAddress.optional(),
    Recipient: mailAddress.optional(),
  }),
  run: async ({ store, probeGateway, signal }, { OrganizationId, Name, Sender, Recipient }) => {
    const login = await store.delivery.findGatewayLogin(OrganizationId, Name)
    if (login === undefined) throw noGateway(Name)
    const question = Recipient === undefined ? undefined : { sender: Sender ?? '', recipient: Recipient }
    const found = await probeGateway(login, question, signal)
    return present({
      Works: found.problem === null && found.recipient?.accepted !== false,
      Problem: found.problem ?? undefined,
      Secured: found.secured,
      SignedIn: found.signedIn,
      SizeLimit: found.sizeLimit ?? undefined,
      RecipientAccepted: found.recipient?.accepted,
      RecipientAnswer: found.recipient?.said,
    })
  },
})
