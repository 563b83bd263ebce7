import { z } from 'zod'
import { putBatch } from '#src/domain/migration/engine/steer-batch.ts'
import { defineAction } from '../action.ts'
import { batchMembers, moment, onBatch, steeringOf } from '../migration-members.ts'

/** Ours: makes a batch, or changes when it moves. */
export const putMigrationBatch = defineAction({
  name: 'PutMigrationBatch',
  input: z.object({
    ...onBatch,
    Name: z.string().min(1).max(256),
    Pilot: z.boolean().optional(),
    /** Lower goes first. */
    Priority: z.number().int().min(1).max(9).optional(),
    StartAfter: moment.nullable().optional(),
    CompleteAfter: moment.nullable().optional(),
    FailingMember: z.enum(['hold', 'leave']).optional(),
  }),
  run: async (context, input) => {
    const { BatchNumber: no, Name: name, Pilot, Priority, StartAfter, CompleteAfter, FailingMember } = input
    const batch = await putBatch(await steeringOf(context, input), {
      no,
      name,
      ...(Pilot !== undefined && { pilot: Pilot }),
      ...(Priority !== undefined && { priority: Priority }),
      ...(StartAfter !== undefined && { startAfter: StartAfter === null ? null : StartAfter * 1_000 }),
      ...(CompleteAfter !== undefined && {
        completeAfter: CompleteAfter === null ? null : CompleteAfter * 1_000,
      }),
      ...(FailingMember !== undefined && { failingMember: FailingMember }),
    })
    return { Batch: batchMembers(batch) }
  },
})
