import { z } from 'zod'
import { defineAction } from '../action.ts'
import { organizationOfCaller } from '../caller.ts'

/** Ours: asks a long operation to stop. DescribeOperation tells when it has. */
export const cancelOperation = defineAction({
  name: 'CancelOperation',
  scope: 'any',
  input: z.object({ OperationId: z.string().max(64) }),
  run: async ({ operations, caller }, input) => {
    operations.cancel(input.OperationId, organizationOfCaller(caller))
    return {}
  },
})
