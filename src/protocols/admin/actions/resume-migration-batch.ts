import { z } from 'zod'
import { resumeBatch } from '#src/domain/migration/engine/steer-batch.ts'
import { defineAction } from '../action.ts'
import { batchMembers, onBatch, steeringOf } from '../migration-members.ts'

/** Ours: lets a batch that was paused go on. */
export const resumeMigrationBatch = defineAction({
  name: 'ResumeMigrationBatch',
  input: z.object({ ...onBatch }),
  run: async (context, input) => {
    const batch = await resumeBatch(await steeringOf(context, input), input.BatchNumber)
    return { Batch: batchMembers(batch) }
  },
})
