import { z } from 'zod'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { arn, findOrganizationInArn, getOrganizationInArn } from '../arn.ts'

/** LIM-23. */
const mostTags = 50
const tag = z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) })

/** Sets tags; those with the same keys get the new values. */
export const tagResource = defineAction({
  name: 'TagResource',
  input: z.object({ ResourceARN: arn, Tags: z.array(tag).max(mostTags) }),
  organizationIn: (input) => findOrganizationInArn(input.ResourceARN),
  exceptions: {
    'no-such-organization': 'ResourceNotFoundException',
    'limit-exceeded': 'TooManyTagsException',
  },
  run: async ({ store }, input) => {
    const id = getOrganizationInArn(input.ResourceARN)
    await store.organizations.changeSettings(id, (settings) => {
      const tags = new Map([
        ...Object.entries(settings.tags),
        ...input.Tags.map(({ Key, Value }) => [Key, Value] as const),
      ])
      if (tags.size > mostTags) {
        throw new Refusal(
          'limit-exceeded',
          `An organisation has at most ${mostTags} tags. Remove some first.`,
        )
      }
      return { tags: Object.fromEntries(tags) }
    })
    return {}
  },
})
