import { z } from 'zod'
import { noAvailability } from '#src/domain/availability/configuration.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { givenProvider, providerFields } from '../availability-members.ts'
import { present } from '../entries.ts'
import { domainName, inOrganization } from '../fields.ts'

/** Signs in as questions do; of a function it is also tried whether it refuses strangers (FBI-06). */
export const testAvailabilityConfiguration = defineAction({
  name: 'TestAvailabilityConfiguration',
  input: z.object({ ...inOrganization, DomainName: domainName.optional(), ...providerFields }),
  run: async ({ store, availability, signal }, input) => {
    const { OrganizationId, DomainName, EwsProvider, LambdaProvider, FunctionProvider } = input
    const inline = EwsProvider ?? LambdaProvider ?? FunctionProvider
    if (inline === undefined && DomainName === undefined)
      throw new Refusal('invalid-parameter', 'Say which configuration by DomainName, or give a provider.')
    const problem = await availability.probe(
      OrganizationId,
      inline === undefined
        ? await configured(DomainName!)
        : { domain: DomainName?.toLowerCase() ?? 'landbridge.invalid', ...givenProvider(input) },
      signal,
    )
    return present({ TestPassed: problem === null, FailureReason: problem ?? undefined })

    async function configured(name: string) {
      const domain = name.toLowerCase()
      const login = await store.directory.findAvailabilityLogin(OrganizationId, domain)
      if (login === undefined) throw noAvailability(domain)
      return { domain, provider: login.configuration.provider, secret: login.secret }
    }
  },
})
