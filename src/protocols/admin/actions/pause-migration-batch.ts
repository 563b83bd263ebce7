import { z } from 'zod'
import { pauseBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { defineAction } from '../action.ts'
import { batchMembers, onBatch, steeringOf } from '../migration-members.ts'

/** Ours: drains what runs of a batch and begins nothing else of it. */
export const pauseMigrationBatch = defineAction({
  name: 'PauseMigrationBatch',
  input: z.object({ ...onBatch }),
  run: async (context, input) => {
    const batch = await pauseBatch(await steeringOf(context, input), input.BatchNumber)
    return { Batch: batchMembers(batch) }
  },
})
