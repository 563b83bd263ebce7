import { z } from 'zod'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { defineAction } from '../action.ts'
import { batchMembers, moment, onBatch, steeringOf } from '../migration-members.ts'

/** Ours: asks for the last deltas and the flip of a batch, now or at a time. */
export const cutOverMigrationBatch = defineAction({
  name: 'CutOverMigrationBatch',
  input: z.object({ ...onBatch, At: moment.optional(), FailingMember: z.enum(['hold', 'leave']).optional() }),
  run: async (context, input) => {
    const batch = await cutOverBatch(await steeringOf(context, input), input.BatchNumber, {
      at: input.At === undefined ? null : input.At * 1_000,
      failing: input.FailingMember ?? null,
    })
    return { Batch: batchMembers(batch) }
  },
})
