import { z } from 'zod'
import { makeOrganization } from '#src/domain/organization/make-organization.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { alias, clientToken, domainName } from '../fields.ts'

const domain = z.object({ DomainName: domainName, HostedZoneId: z.string().max(32).optional() })

/** Makes an organisation with its key and its test domain (LIM-21, LIM-22), and registers the domains given. */
export const createOrganization = defineAction({
  name: 'CreateOrganization',
  scope: 'service',
  idempotent: true,
  exceptions: { 'domain-in-use': 'NameAvailabilityException' },
  input: z.object({
    Alias: alias,
    ClientToken: clientToken,
    DirectoryId: z.string().optional(),
    Domains: z.array(domain).max(5).optional(),
    KmsKeyArn: z.string().max(2048).optional(),
    EnableInteroperability: z.boolean().optional(),
    /** Ours: the kind of key provider that holds its key, `local` or `pkcs11`; else the one that is configured. */
    KeyProvider: z.string().max(32).optional(),
  }),
  run: async ({ store, testDomainSuffix, now }, input) => {
    if (input.KmsKeyArn !== undefined || input.DirectoryId !== undefined) {
      const sentence =
        'KmsKeyArn and DirectoryId name things of AWS. Leave them out; KeyProvider says where the key is kept.'
      throw new Refusal('invalid-parameter', sentence)
    }
    const { id } = await makeOrganization(
      store,
      {
        // Lower case, as the alias is the first label of a domain.
        alias: input.Alias.toLowerCase(),
        ...(input.KeyProvider !== undefined && { keyProvider: input.KeyProvider }),
        settings: { interoperability: input.EnableInteroperability ?? false },
        domains: (input.Domains ?? []).map(({ DomainName }) => DomainName),
      },
      testDomainSuffix,
      now(),
    )
    return { OrganizationId: id }
  },
})
