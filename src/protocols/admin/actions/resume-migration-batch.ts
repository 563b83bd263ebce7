import { z } from 'zod'
import { resumeBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { batchMembers, onBatch, steeringOf } from '../migration-members.ts'

/** Ours: lets a batch that was paused go on, or asks a source that refused anew. */
export const resumeMigrationBatch = defineAction({
  name: 'ResumeMigrationBatch',
  input: z.object({ ...onBatch }),
  run: async (context, input) => {
    const { asked, ...batch } = await resumeBatch(await steeringOf(context, input), input.BatchNumber)
    return present({ Batch: batchMembers(batch), AskedAnew: asked.length === 0 ? undefined : asked })
  },
})
