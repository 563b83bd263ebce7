import { z } from 'zod'
import { createTestDomain, registerMailDomain } from '#src/domain/directory/mail-domains.ts'
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
    // Lower case, as the alias is the first label of a domain.
    const name = input.Alias.toLowerCase()
    const { id } = await store.organizations.create({
      alias: name,
      ...(input.KeyProvider !== undefined && { keyProvider: input.KeyProvider }),
      settings: { interoperability: input.EnableInteroperability ?? false },
    })
    try {
      await createTestDomain(store, id, { alias: name, suffix: testDomainSuffix }, now())
      for (const { DomainName } of input.Domains ?? [])
        await registerMailDomain(store, id, { name: DomainName }, now())
    } catch (error) {
      await store.organizations.destroy(id)
      throw error
    }
    return { OrganizationId: id }
  },
})
