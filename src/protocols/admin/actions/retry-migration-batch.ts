import { z } from 'zod'
import { retryBatch } from '#src/domain/migration/engine/steer-batch.ts'
import { defineAction } from '../action.ts'
import { onBatch, steeringOf } from '../migration-members.ts'

/** Ours: tries failed mailboxes, and items that were left behind, once more. */
export const retryMigrationBatch = defineAction({
  name: 'RetryMigrationBatch',
  input: z.object({ ...onBatch }),
  run: async (context, input) => {
    const { mailboxes, items } = await retryBatch(await steeringOf(context, input), input.BatchNumber)
    return { Mailboxes: mailboxes, Items: items }
  },
})
