import { z } from 'zod'
import { defineAction } from '../action.ts'
import { organizationOfCaller } from '../caller.ts'

/** Ours: how far a long operation is, and its result once it has ended. */
export const describeOperation = defineAction({
  name: 'DescribeOperation',
  reads: true,
  scope: 'any',
  input: z.object({ OperationId: z.string().max(64) }),
  run: async ({ operations, caller }, input) =>
    operations.describe(input.OperationId, organizationOfCaller(caller)),
})
