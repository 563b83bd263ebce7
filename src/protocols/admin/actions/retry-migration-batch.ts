import { z } from 'zod'
import { retryBatch } from '#src/domain/migration/engine/steer-batch.ts'
import { defineAction } from '../action.ts'
import { onBatch, steeringOf } from '../migration-members.ts'

/** Ours: tries failed mailboxes, items that were left behind on either way, and rights that could not be given, once more. */
export const retryMigrationBatch = defineAction({
  name: 'RetryMigrationBatch',
  input: z.object({ ...onBatch }),
  run: async (context, input) => {
    const { mailboxes, items, rights } = await retryBatch(await steeringOf(context, input), input.BatchNumber)
    return { Mailboxes: mailboxes, Items: items, Rights: rights }
  },
})
