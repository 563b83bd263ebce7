import { z } from 'zod'
import { startBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { defineAction } from '../action.ts'
import { batchMembers, onBatch, steeringOf } from '../migration-members.ts'

/** Ours: begins a batch with its pre-flight; the copies follow when its window opens. */
export const startMigrationBatch = defineAction({
  name: 'StartMigrationBatch',
  input: z.object({ ...onBatch }),
  run: async (context, input) => {
    const batch = await startBatch(await steeringOf(context, input), input.BatchNumber)
    return { Batch: batchMembers(batch) }
  },
})
