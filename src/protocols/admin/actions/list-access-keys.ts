import { z } from 'zod'
import { formatTimestamp } from '#src/wire/aws/json-rpc.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'

/** Ours: the access keys there are, at most 1,000, without their secrets. */
export const listAccessKeys = defineAction({
  name: 'ListAccessKeys',
  reads: true,
  scope: 'service',
  input: z.object({}),
  run: async ({ store }) => ({
    AccessKeys: (await store.accessKeys.list()).map(({ id, organization, description, createdAt }) =>
      present({
        AccessKeyId: id,
        OrganizationId: organization ?? undefined,
        Description: description || undefined,
        CreateDate: formatTimestamp(createdAt),
      }),
    ),
  }),
})
