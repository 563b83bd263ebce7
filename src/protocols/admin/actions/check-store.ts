import { z } from 'zod'
import { defineAction } from '../action.ts'
import { checkMembers } from '../check-members.ts'

/** Ours: verifies every invariant of the data as a long operation. Its result lists what should never be. */
export const checkStore = defineAction({
  name: 'CheckStore',
  scope: 'service',
  input: z.object({ Bodies: z.boolean().optional() }),
  run: async ({ store, operations }, input) => {
    const id = operations.start({ name: 'CheckStore', organization: null }, async (report, signal) =>
      checkMembers(await store.maintenance.check({ bodies: input.Bodies ?? true }, report, signal)),
    )
    return { OperationId: id }
  },
})
