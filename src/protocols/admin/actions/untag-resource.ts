import { z } from 'zod'
import { defineAction } from '../action.ts'
import { arn, findOrganizationInArn, getOrganizationInArn } from '../arn.ts'

/** Removes tags; a key that is not there is no error. */
export const untagResource = defineAction({
  name: 'UntagResource',
  input: z.object({ ResourceARN: arn, TagKeys: z.array(z.string().min(1).max(128)).max(50) }),
  organizationIn: (input) => findOrganizationInArn(input.ResourceARN),
  exceptions: { 'no-such-organization': 'ResourceNotFoundException' },
  run: async ({ store }, input) => {
    const id = getOrganizationInArn(input.ResourceARN)
    await store.organizations.changeSettings(id, ({ tags }) => {
      const left = Object.entries(tags).filter(([key]) => !input.TagKeys.includes(key))
      return { tags: Object.fromEntries(left) }
    })
    return {}
  },
})
