import { z } from 'zod'
import { approveBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { defineAction } from '../action.ts'
import { batchMembers, onBatch, steeringOf } from '../migration-members.ts'

/** Ours: accepts the losses of a batch, by name. */
export const approveMigrationBatch = defineAction({
  name: 'ApproveMigrationBatch',
  input: z.object({ ...onBatch, Note: z.string().max(2_000).optional() }),
  run: async (context, input) => {
    const batch = await approveBatch(await steeringOf(context, input), input.BatchNumber, input.Note ?? '')
    return { Batch: batchMembers(batch) }
  },
})
