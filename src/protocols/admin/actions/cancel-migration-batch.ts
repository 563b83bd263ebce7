import { z } from 'zod'
import { cancelBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { defineAction } from '../action.ts'
import { batchMembers, onBatch, steeringOf } from '../migration-members.ts'

/** Ours: ends a batch before its flip; its copies stay until they are rolled back. */
export const cancelMigrationBatch = defineAction({
  name: 'CancelMigrationBatch',
  input: z.object({ ...onBatch }),
  run: async (context, input) => {
    const batch = await cancelBatch(await steeringOf(context, input), input.BatchNumber)
    return { Batch: batchMembers(batch) }
  },
})
