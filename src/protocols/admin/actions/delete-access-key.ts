import { z } from 'zod'
import { defineAction } from '../action.ts'

/** Ours: requests signed with the key are refused from now on. */
export const deleteAccessKey = defineAction({
  name: 'DeleteAccessKey',
  scope: 'service',
  input: z.object({ AccessKeyId: z.string().min(1).max(128) }),
  run: async ({ store }, input) => {
    await store.accessKeys.delete(input.AccessKeyId)
    return {}
  },
})
