import { z } from 'zod'
import { defineAction } from '../action.ts'
import { attribute, organizationId } from '../fields.ts'

/** Ours: a key with which programs sign requests, for one organisation or for all. The secret is told this once. */
export const createAccessKey = defineAction({
  name: 'CreateAccessKey',
  scope: 'service',
  input: z.object({ OrganizationId: organizationId.optional(), Description: attribute.optional() }),
  run: async ({ store }, input) => {
    const organization = input.OrganizationId ?? null
    const description = input.Description ?? ''
    const { key, secret } = await store.accessKeys.create({ organization, description })
    return { AccessKeyId: key.id, SecretAccessKey: secret }
  },
})
