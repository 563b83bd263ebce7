import { z } from 'zod'
import { defineAction } from '../action.ts'
import { arn, findOrganizationInArn, getOrganizationInArn } from '../arn.ts'

export const listTagsForResource = defineAction({
  name: 'ListTagsForResource',
  reads: true,
  input: z.object({ ResourceARN: arn }),
  organizationIn: (input) => findOrganizationInArn(input.ResourceARN),
  exceptions: { 'no-such-organization': 'ResourceNotFoundException' },
  run: async ({ store }, input) => {
    const { settings } = await store.organizations.get(getOrganizationInArn(input.ResourceARN))
    return { Tags: Object.entries(settings.tags).map(([Key, Value]) => ({ Key, Value })) }
  },
})
